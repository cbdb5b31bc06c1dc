import Foundation
import TensorEngine
import TestSupport
import Testing

@Suite struct RecordingTests {
    /// A graph with recurrence, shared tensors, broadcasting and a loss, on leaves filled from `seed`.
    private struct Network {
        let leaves: [Tensor]
        let labels: Labels
        let loss: Tensor

        init(seed: UInt64) {
            let shapes = [[3, 4, 5], [24, 5], [24, 6], [24], [24], [7, 6], [7]]
            let leaves = shapes.map { Tensor(zeros: $0, requiresGradient: true) }
            labels = Labels(count: 3)
            self.leaves = leaves
            Self.fill(leaves, labels, seed: seed)
            let states = lstm(
                leaves[0], inputWeight: leaves[1], hiddenWeight: leaves[2], inputBias: leaves[3],
                hiddenBias: leaves[4])
            let last = tanh(states.sliced(axis: 1, 3..<4).reshaped(to: [3, 6]))
            let logits = linear(relu(last) + last * last, weight: leaves[5], bias: leaves[6])
            loss = crossEntropy(logits, labels) + (leaves[5] * leaves[5]).mean()
        }

        func fill(seed: UInt64) { Self.fill(leaves, labels, seed: seed) }

        private static func fill(_ leaves: [Tensor], _ labels: Labels, seed: UInt64) {
            for (index, leaf) in leaves.enumerated() {
                let values = awayFromZero(leaf.count, seed: seed + UInt64(index))
                leaf.pointer.update(from: values, count: leaf.count)
            }
            for sample in 0..<labels.count { labels.pointer[sample] = Int32((sample + Int(seed)) % 7) }
        }
    }

    @Test func replayOnNewInputsEqualsAFreshGraph() {
        let replayed = Network(seed: 1)
        let recording = Recording(of: replayed.loss)
        recording.backward()
        for seed in [20, 30, 20] as [UInt64] {
            let fresh = Network(seed: seed)
            fresh.loss.backward()
            replayed.fill(seed: seed)
            recording.forward()
            recording.backward()
            #expect(bits(replayed.loss.values) == bits(fresh.loss.values))
            for (a, b) in zip(replayed.leaves, fresh.leaves) {
                #expect(bits(a.gradient) == bits(b.gradient))
                #expect(a.gradient.contains { $0 != 0 })
            }
        }
    }

    @Test func secondBackwardOverwrites() {
        let x = randomLeaf([2, 3])
        let memory = Storage([Float](repeating: .nan, count: 6))
        x.bind(gradient: memory)
        let recording = Recording(of: (x * x + x).sum())
        recording.backward()
        let first = memory.values
        recording.backward()
        #expect(mismatch(first, x.values.map { 2 * $0 + 1 }) == nil)
        #expect(memory.values == first)
    }

    @Test func leavesWithoutAPathGetZeros() {
        let (x, cut, absent) = (randomLeaf([3]), randomLeaf([3]), randomLeaf([3]))
        let memory = Storage([Float](repeating: .nan, count: 3))
        cut.bind(gradient: memory)
        let stop = Tensor("stop", shape: [3], from: cut) { y in
            y.pointer.update(from: cut.pointer, count: 3)
        } backward: { _ in
        }
        (x + stop).sum().backward()
        #expect(x.gradient == [1, 1, 1])
        #expect(memory.values == [0, 0, 0] && cut.gradient == [0, 0, 0])
        #expect(absent.gradient == [0, 0, 0])
    }

    /// Once for each leaf, as soon as its last use is behind, and with the gradient it keeps.
    @Test func tellsOfEachGradientThatIsComplete() {
        let network = Network(seed: 1)
        let recording = Recording(of: network.loss)
        recording.backward()
        let expected = recording.leaves.map { bits($0.gradient) }
        let diary = Diary(recording)
        recording.forward()
        recording.backward(observer: diary)
        #expect(diary.completed.map(\.leaf).sorted() == Array(recording.leaves.indices))
        #expect(diary.completed.allSatisfy { bits($0.gradient) == expected[$0.leaf] })
        // The classifier's bias is complete before the LSTM goes back through its four steps, its weights after.
        let pauses = [6, 2].map { parameter in
            diary.completed.first { recording.leaves[$0.leaf] === network.leaves[parameter] }?.pauses ?? -1
        }
        #expect(pauses[0] >= 0 && pauses[1] >= pauses[0] + 4)
    }

    private final class Diary: BackwardObserver {
        private let recording: Recording
        private var pauses = 0
        private(set) var completed: [(leaf: Int, gradient: [Float], pauses: Int)] = []

        init(_ recording: Recording) { self.recording = recording }

        func completed(leaf: Int) { completed.append((leaf, recording.leaves[leaf].gradient, pauses)) }
        func pause() { pauses += 1 }
    }

    @Test func branchWithoutGradientIsLeftOut() {
        let constant = Tensor(shape: [2, 3], awayFromZero(6, seed: 5))
        let weight = Tensor(shape: [3, 2], awayFromZero(6, seed: 6))
        let branch = relu(matmul(constant, weight))
        #expect(!branch.requiresGradient)
        checkGradients(inputs: [[2, 2]]) { $0[0] * (branch + $0[0]) }
        #expect(constant.gradient == [0, 0, 0, 0, 0, 0] && branch.gradient == [0, 0, 0, 0])
    }

    @Test func gradientsOfAManifoldUsedTensorAreAdded() {
        checkGradients(inputs: [[2, 2], [2, 2]]) { tensors in
            let product = matmul(tensors[0], tensors[1])
            return product * product - tensors[0] * product + tensors[1].sum() * product.mean()
        }
    }

    /// Half a megabyte of stack is what a thread gets by default on some systems.
    @Test func longChainsNeedNoStack() async {
        await #expect(processExitsWith: .success) {
            let done = DispatchSemaphore(value: 0)
            let thread = Thread {
                let x = Tensor(shape: [], [1], requiresGradient: true)
                let one = Tensor(shape: [], [1])
                var y = x
                for _ in 0..<200_000 { y = y + one }
                y.backward()
                precondition(y.item == 200_001 && x.gradient == [1])
                y = x  // releases the chain
                done.signal()
            }
            thread.stackSize = 512 << 10
            thread.start()
            done.wait()
        }
    }

    @Test func refusesBackwardFromManyValues() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            randomLeaf([2, 3]).reshaped(to: [3, 2]).backward()
        }
        let expected = "backward needs one value, or one for each shard, the shape is [3, 2]"
        #expect(try #require(result).message.contains(expected))
    }
}
