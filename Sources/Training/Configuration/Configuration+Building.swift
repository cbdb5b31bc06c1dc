import Datasets
import NN
import Optim

extension Configuration {
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
