import Foundation
import Limits
import TensorEngine
import Testing

/// What does not fit ends the process with one sentence and status 70, in every build.
@Suite struct ShapeMismatchTests {
    @Test func isToldOnStandardError() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = linear(
                Tensor(zeros: [16, 2]), weight: Tensor(zeros: [8, 3]), bias: Tensor(zeros: [8]))
        }
        let sentence = "linear: input [16, 2] does not fit weight [8, 3]: they are [n, in] and [out, in]"
        #expect(try #require(result).message.hasSuffix("error: \(sentence)\n"))
    }

    @Test func biasesFitTheirWeights() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = linear(
                Tensor(zeros: [16, 3]), weight: Tensor(zeros: [8, 3]), bias: Tensor(zeros: [3]))
        }
        #expect(try #require(result).message.contains("linear: bias [3] does not fit weight [8, 3]"))
    }

    @Test func theRoomAboveMayEndTheProcess() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(7), observing: [\.standardErrorContent]
        ) {
            FatalEnding.handle { sentence, _ in
                FileHandle.standardError.write(Data("rank 3: \(sentence)\n".utf8))
                exit(7)
            }
            _ = Tensor(zeros: [2, 3]).reshaped(to: [-2, -3])
        }
        let message = try #require(result).message
        #expect(message.hasSuffix("rank 3: cannot reshape [2, 3] to [-2, -3]: 6 values\n"))
    }

    /// Threads are ranks too: all come to it, one tells.
    @Test func ofSeveralThreadsOneTells() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                _ = argmax(Tensor(zeros: [2, 0]))
            }
        }
        let message = try #require(result).message
        #expect(message.components(separatedBy: "argmax needs").count == 2, "\(message)")
    }
}
