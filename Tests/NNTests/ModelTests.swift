import Foundation
import NN
import TensorEngine
import TestSupport
import Testing

@Suite struct ModelTests {
    private func batch(_ count: Int) -> Batch {
        let batch = Batch(count: count, rows: 28, columns: 28)
        let pixels = awayFromZero(batch.images.count).map { abs($0) - 0.5 }
        batch.images.pointer.update(from: pixels, count: pixels.count)
        for sample in 0..<count { batch.labels.pointer[sample] = Int32(sample % 10) }
        return batch
    }

    @Test(arguments: models.indices)
    func lossReachesEveryParameter(index: Int) {
        let model = models[index].make()
        model.initialize(seed: 1)
        let outcome = model.outcome(of: batch(3), mode: .training)
        outcome.loss.backward()
        #expect(outcome.logits?.shape == [3, 10] && outcome.loss.shape == [])
        for (name, parameter) in model.namedParameters {
            #expect(parameter.tensor.gradient.contains { $0 != 0 }, "\(models[index].name): \(name)")
        }
    }

    /// Not the mean: shards of different sizes add up.
    @Test(arguments: models.indices)
    func lossIsSummedOverSamples(index: Int) {
        let model = models[index].make()
        model.initialize(seed: 1)
        let both = batch(2)
        let parts = (0..<2).map { sample -> Float in
            let one = Batch(count: 1, rows: 28, columns: 28)
            one.images.pointer.update(from: both.images.pointer + sample * 784, count: 784)
            one.labels.pointer[0] = both.labels.pointer[sample]
            return model.outcome(of: one, mode: .training).loss.item
        }
        #expect(mismatch([model.outcome(of: both, mode: .training).loss.item], [parts[0] + parts[1]]) == nil)
    }

    @Test func untrainedLossIsNearTheLogarithmOfTheClasses() {
        let model = RecurrentClassifier(.lstm, hidden: 100)
        model.initialize(seed: 1)
        #expect(abs(model.outcome(of: batch(10), mode: .evaluation).loss.item / 10 - Foundation.log(10)) < 0.1)
    }
}
