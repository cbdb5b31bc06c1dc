/// The networks a run can train.
public enum ModelKind: String, CaseIterable, Sendable {
    case lstm, cnn, lenet5, mlp, perceptron

    /// One line for `--help`.
    public var summary: String {
        switch self {
        case .lstm: "28 steps of 28 pixels through an LSTM, then a linear layer"
        case .cnn: "two 5x5 convolutions (32 and 64 filters), each max-pooled, then 1024 -> 128 -> 10"
        case .lenet5: "LeNet-5: 6 and 16 filters, max-pooled, 400 -> 120 -> 84, Gaussian outputs"
        case .mlp: "784 -> 128 -> 10 with ReLU"
        case .perceptron: "784 -> 10"
        }
    }

    /// The settings of SGD that train this network best within the default number of epochs.
    public var tuned: Tuned {
        switch self {
        case .lstm: Tuned(learningRate: 0.2, momentum: 0.9, nesterov: true)
        case .cnn:
            Tuned(learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-4, schedule: .cosine)
        case .lenet5:
            Tuned(learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-4, schedule: .cosine)
        case .mlp: Tuned(learningRate: 0.1, momentum: 0.9)
        case .perceptron: Tuned(learningRate: 0.05, momentum: 0.9)
        }
    }

    /// Defaults that depend on the network and the optimizer.
    public struct Tuned: Sendable {
        public var learningRate: Double
        public var momentum: Double
        public var nesterov = false
        public var weightDecay = 0.0
        public var schedule = Configuration.Schedule.constant
    }
}
