import TensorEngine
import TestSupport
import Testing

@Suite struct DetachTests {
    @Test func letsNoGradientThrough() {
        let x = randomLeaf([3])
        let loss = (x * x.detach()).sum()
        loss.backward()
        #expect(x.gradient == x.values)
    }

    /// Without copying, and also where the leaf's values move elsewhere.
    @Test func followsTheValues() {
        let x = randomLeaf([3])
        let detached = x.detach()
        let recording = Recording(of: (detached * detached).sum())
        #expect(detached.pointer == x.pointer)
        x.bind(values: Storage([1, 2, 3]))
        recording.forward()
        #expect(recording.outputs[0].item == 14)
    }

    /// A generator takes part in its adversary's loss, but is no leaf of it: its gradient is left alone.
    @Test func whatLiesBehindIsNoLeaf() {
        let (generator, judge) = (randomLeaf([2, 2], seed: 1), randomLeaf([2, 1], seed: 2))
        let memory = Storage([Float](repeating: 7, count: 4))
        generator.bind(gradient: memory)
        let fake = tanh(matmul(Tensor(shape: [1, 2], [1, 2]), generator))
        let recording = Recording(of: matmul(fake.detach(), judge).sum())
        recording.backward()
        #expect(recording.leaves.count == 1 && recording.leaves[0] === judge)
        #expect(memory.values == [7, 7, 7, 7])
        #expect(judge.gradient == fake.values)
        // Used once on a way that gradients take.
        #expect(recording.usesLeavesOnce)
        #expect(Recording(of: (generator + generator.detach()).sum()).usesLeavesOnce)
    }
}
