import Datasets
import NN
import Optim
import Samples
import Training

extension Configuration {
    /// What the loop reads of the settings.
    var plan: TrainingPlan {
        var plan = TrainingPlan()
        (plan.globalBatch, plan.shards) = (globalBatch, shards)
        (plan.epochs, plan.maxSteps) = (epochs ?? model.tuned.epochs, maxSteps)
        plan.leastSteps = epochs == nil ? model.tuned.leastSteps : 0
        plan.seed = seed
        plan.clipNorm = clipNorm
        (plan.checkpointEvery, plan.evalEvery) = (checkpointEvery, evalEvery)
        (plan.logEvery, plan.verifyEvery) = (logEvery, verifyEvery)
        (plan.reduction, plan.products) = (reduction, products)
        plan.bucketSize = bucketSize * 1024 / MemoryLayout<Float>.size
        return plan
    }

    /// Reads the data, and makes of them what the network is trained and tested on.
    ///
    /// - Throws: `FileError` if a file is missing or malformed, `UnsuitableShape` if the data are not what the network is
    ///   trained on.
    func loadData() throws -> TrainingData {
        let (train, test) = try DataFolder.load(data)
        return TrainingData(
            train: try trainingSamples(train), test: try testSamples(test),
            digest: dataDigest(train: train, test: test))
    }

    /// The network for samples of a shape, its parameters still zero.
    func makeModel(for shape: SampleShape) throws(UnsuitableShape) -> any Model {
        let dropout = Dropout(Float(dropout))
        return switch model {
        case .lstm: try RecurrentClassifier(.lstm, shape, hidden: hiddenSize, dropout: dropout)
        case .gru: try RecurrentClassifier(.gru, shape, hidden: hiddenSize, dropout: dropout)
        case .rnn: try RecurrentClassifier(.rnn(.tanh), shape, hidden: hiddenSize, dropout: dropout)
        case .cnn: try CNN(shape, dropout: dropout)
        case .lenet5: try LeNet5(shape, dropout: dropout)
        case .mlp: try MLP(shape, dropout: dropout)
        case .perceptron: try Perceptron(shape)
        case .rowGenerator: try RowGenerator(shape, hidden: hiddenSize, dropout: dropout)
        case .digitReader: try DigitReader(shape, hidden: hiddenSize, dropout: dropout)
        }
    }

    /// What the network is trained on, made of the training set.
    func trainingSamples(_ set: any SampleSource) throws(UnsuitableShape) -> any SampleSource {
        model == .digitReader ? try DigitStrips(of: set, digits: digits, seed: seed) : set
    }

    /// What the network is tested on, made of the test set: the same whatever the seed.
    func testSamples(_ set: any SampleSource) throws(UnsuitableShape) -> any SampleSource {
        model == .digitReader ? try DigitStrips(of: set, digits: digits, seed: 0) : set
    }

    /// What those samples look like, made of a set of that shape.
    func samples(of shape: SampleShape) throws(UnsuitableShape) -> SampleShape {
        model == .digitReader ? try DigitStrips.shape(of: shape, digits: digits) : shape
    }

    func makeOptimizer() -> any Optim.Optimizer {
        switch optimizer {
        case .sgd:
            SGD(momentum: Float(momentum), nesterov: nesterov, weightDecay: weightDecay)
        case .adam: Adam(weightDecay: weightDecay, beta1: beta1, beta2: beta2)
        case .adamw: Adam(decay: .decoupled, weightDecay: weightDecay, beta1: beta1, beta2: beta2)
        case .lamb: LAMB(weightDecay: weightDecay, beta1: beta1, beta2: beta2)
        }
    }

    /// Parameters that are trained in another way than the rest.
    var parameterGroups: [ParameterGroup] { decayBiases ? [] : [.undecayedVectors] }

    /// - Parameter totalSteps: the steps of the whole run, warm-up and all.
    func makeSchedule(totalSteps: Int) -> any Optim.Schedule {
        let curve: any Optim.Schedule =
            switch schedule {
            case .constant: .constant(learningRate)
            case .cosine: .cosine(learningRate)
            case .step: .step(learningRate, every: stepSize(totalSteps: totalSteps), gamma: gamma)
            }
        return curve.warmedUp(over: warmupSteps)
    }
}
