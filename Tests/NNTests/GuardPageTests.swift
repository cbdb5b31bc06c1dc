import NN
import TensorEngine
import TestSupport
import Testing

/// Whole networks whose storages end before a page that nobody can touch.
@Suite struct GuardPageTests {
    @Test(arguments: models.indices, [[1], [7], [2, 3], [16, 17]])
    func networksStayWithinTheirStorages(index: Int, shards: [Int]) throws {
        let counts = try withGuardedMemory {
            let model = try models[index].make()
            model.initialize(seed: 1)
            for mode in [Mode.training, .evaluation] {
                let batch = models[index].batch(
                    0..<shards.reduce(0, +), shards: shards.count == 1 ? [] : shards)
                Recording(of: model.outcome(of: batch, mode: mode).loss).backward()
            }
        }
        #expect(counts.storages > 8)
        #expect(counts.overwritten == 0)
    }
}
