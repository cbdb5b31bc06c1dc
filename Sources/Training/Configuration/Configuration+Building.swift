import NN
import Optim

extension Configuration {
    /// The network, its parameters still zero.
    func makeModel() -> any Model {
        switch model {
        case .lstm: LSTMClassifier(hidden: hiddenSize)
        case .cnn: CNN()
        case .lenet5: LeNet5()
        case .mlp: MLP()
        case .perceptron: Perceptron()
        }
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
