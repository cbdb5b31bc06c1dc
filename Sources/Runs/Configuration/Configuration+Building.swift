import Datasets
import NN
import Optim
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
    /// - Throws: `FileError` if a file is missing or malformed.
    func loadData() throws -> TrainingData {
        let (train, test) = try MNIST.load(folder: data)
        return TrainingData(
            train: trainingSamples(train), test: testSamples(test),
            digest: MNIST.fingerprint(train: train, test: test))
    }

    /// The network, its parameters still zero.
    func makeModel() -> any Model {
        let dropout = Dropout(Float(dropout))
        return switch model {
        case .lstm: RecurrentClassifier(.lstm, hidden: hiddenSize, dropout: dropout)
        case .gru: RecurrentClassifier(.gru, hidden: hiddenSize, dropout: dropout)
        case .rnn: RecurrentClassifier(.rnn(.tanh), hidden: hiddenSize, dropout: dropout)
        case .cnn: CNN(dropout: dropout)
        case .lenet5: LeNet5(dropout: dropout)
        case .mlp: MLP(dropout: dropout)
        case .perceptron: Perceptron()
        case .rowGenerator: RowGenerator(hidden: hiddenSize, dropout: dropout)
        case .digitReader: DigitReader(hidden: hiddenSize, dropout: dropout)
        }
    }

    /// What the network is trained on, made of the training images.
    func trainingSamples(_ images: ImageSet) -> any SampleSource {
        model == .digitReader ? DigitStrips(of: images, digits: digits, seed: seed) : images
    }

    /// What the network is tested on, made of the test images: the same whatever the seed.
    func testSamples(_ images: ImageSet) -> any SampleSource {
        model == .digitReader ? DigitStrips(of: images, digits: digits, seed: 0) : images
    }

    func makeOptimizer() -> any Optim.Optimizer {
        switch optimizer {
        case .sgd:
            SGD(momentum: Float(momentum), nesterov: nesterov, weightDecay: Float(weightDecay))
        case .adam: Adam(weightDecay: weightDecay, beta1: beta1, beta2: beta2)
        case .adamw: Adam(decay: .decoupled, weightDecay: weightDecay, beta1: beta1, beta2: beta2)
        }
    }

    /// - Parameter totalSteps: the steps of the whole run, over which the curves are spread.
    func makeSchedule(totalSteps: Int) -> LearningRateSchedule {
        let curve: LearningRateSchedule.Curve =
            switch schedule {
            case .constant: .constant
            case .cosine: .cosine(totalSteps: totalSteps)
            case .step: .step(every: stepSize(totalSteps: totalSteps), gamma: gamma)
            }
        return LearningRateSchedule(base: learningRate, curve: curve, warmupSteps: warmupSteps)
    }
}
