import TensorEngine
import Testing

@Suite struct CrossEntropyTests {
    @Test(arguments: [[0], [2, 0, 1, 1]])
    func gradients(labels: [Int]) {
        checkGradients(inputs: [[labels.count, 3]]) { crossEntropy($0[0], Labels(labels)) }
    }

    @Test func gradientsAccumulate() {
        checkGradients(inputs: [[2, 5]]) {
            crossEntropy($0[0], Labels([1, 4])) * crossEntropy($0[0], Labels([0, 4]))
        }
    }

    @Test func equalsPyTorch() throws {
        let fixture = try Fixture("cross_entropy")
        let labels = Labels(try fixture.integers("labels"))
        try fixture.check(inputs: ["logits"], output: "loss", upstream: nil) {
            crossEntropy($0[0], labels)
        }
    }

    @Test func readsLabelsAgainOnReplay() {
        let labels = Labels([0])
        let loss = crossEntropy(Tensor(shape: [1, 2], [0, 50]), labels)
        #expect(loss.item == 50)
        labels.pointer[0] = 1
        Recording(of: loss).forward()
        #expect(loss.item == 0)
    }

    @Test func refusesAnotherNumberOfLabels() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = crossEntropy(Tensor(zeros: [2, 10]), Labels([1, 2, 3]))
        }
        let message = try #require(result).message
        #expect(message.contains("logits [2, 10], [n, classes], do not fit 3 labels"))
    }

    @Test func refusesALabelThatIsNoClass() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = crossEntropy(Tensor(zeros: [2, 10]), Labels([9, 10]))
        }
        #expect(try #require(result).message.contains("label 10 of sample 1 is not below 10 classes"))
    }
}
