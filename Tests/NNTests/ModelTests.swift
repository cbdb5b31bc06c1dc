import Foundation
import NN
import TensorEngine
import TestSupport
import Testing

@Suite struct ModelTests {
    @Test(arguments: models.indices)
    func lossReachesEveryParameter(index: Int) throws {
        let model = try models[index].make()
        model.initialize(seed: 1)
        let outcome = model.outcome(of: models[index].batch(0..<3), mode: .training)
        outcome.loss.backward()
        #expect(outcome.loss.shape == [])
        if let logits = outcome.logits {
            #expect(logits.shape == [3 * models[index].shape.labelsPerSample, models[index].shape.classes])
        }
        for (name, parameter) in model.namedParameters {
            #expect(parameter.tensor.gradient.contains { $0 != 0 }, "\(models[index].name): \(name)")
        }
    }

    /// Not the mean, and what is drawn for a sample is its own: shards of different sizes add up.
    @Test(arguments: models.indices)
    func lossIsSummedOverSamples(index: Int) throws {
        let model = try models[index].make()
        model.initialize(seed: 1)
        for mode in [Mode.training, .evaluation] {
            let losses = [0..<5, 0..<2, 2..<5].map {
                model.outcome(of: models[index].batch($0), mode: mode).loss.item
            }
            #expect(mismatch([losses[0]], [losses[1] + losses[2]]) == nil, "\(models[index].name), \(mode)")
        }
    }

    @Test func untrainedLossIsNearTheLogarithmOfTheClasses() throws {
        let model = try RecurrentClassifier(.lstm, .mnist, hidden: 100)
        model.initialize(seed: 1)
        let loss = model.outcome(of: models[0].batch(0..<10), mode: .evaluation).loss.item
        #expect(abs(loss / 10 - Foundation.log(10)) < 0.1)
    }

    @Test func dropoutActsInTrainingAlone() throws {
        let batch = models[0].batch(0..<4)
        let losses = try [Dropout(), Dropout(0.5)].map { dropout in
            let model = try MLP(.mnist, dropout: dropout)
            model.initialize(seed: 1)
            return [Mode.training, .evaluation].map { model.outcome(of: batch, mode: $0).loss.item }
        }
        #expect(losses[0][0] == losses[0][1])
        #expect(losses[1][1] == losses[0][1])
        #expect(losses[1][0] != losses[0][0])
    }
}
