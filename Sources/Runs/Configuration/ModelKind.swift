/// The networks a run can train.
public enum ModelKind: String, CaseIterable, Sendable {
    case lstm, gru, rnn, cnn, lenet5, mlp, perceptron
    case rowGenerator = "row-generator"
    case digitReader = "digit-reader"

    /// One line for `--help`.
    public var summary: String {
        switch self {
        case .lstm: "28 steps of 28 pixels through an LSTM, then a linear layer"
        case .gru: "28 steps of 28 pixels through a GRU, then a linear layer"
        case .rnn: "28 steps of 28 pixels through a simple recurrent layer (tanh), then a linear layer"
        case .cnn: "two 5x5 convolutions (32 and 64 filters), each max-pooled, then 1024 -> 128 -> 10"
        case .lenet5: "LeNet-5: 6 and 16 filters, max-pooled, 400 -> 120 -> 84, Gaussian outputs"
        case .mlp: "784 -> 128 -> 10 with ReLU"
        case .perceptron: "784 -> 10"
        case .rowGenerator: "1 -> N: a digit's embedding and noise, then an LSTM draws 28 rows of 28 pixels"
        case .digitReader:
            "N -> M: an LSTM reads a strip of --digits digits, another one tells them one by one"
        }
    }

    /// The settings that train this network best.
    public var tuned: Tuned {
        switch self {
        case .lstm: Tuned(learningRate: 0.2, momentum: 0.9, nesterov: true, schedule: .cosine)
        case .gru: Tuned(learningRate: 0.2, momentum: 0.9, nesterov: true, schedule: .cosine)
        case .rnn:
            Tuned(optimizer: .adam, learningRate: 0.002, schedule: .cosine, epochs: 10, leastSteps: 3000)
        case .cnn:
            Tuned(learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-4, schedule: .cosine)
        case .lenet5:
            Tuned(learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-4, schedule: .cosine)
        case .mlp: Tuned(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4, schedule: .cosine, epochs: 10)
        case .perceptron: Tuned(learningRate: 0.05, momentum: 0.9, schedule: .cosine, epochs: 10)
        case .rowGenerator:
            Tuned(optimizer: .adam, learningRate: 0.005, schedule: .cosine, hiddenSize: 128, epochs: 3)
        case .digitReader:
            Tuned(
                optimizer: .adam, learningRate: 0.003, schedule: .cosine, clipNorm: 1, hiddenSize: 128,
                epochs: 8, leastSteps: 3000)
        }
    }

    /// Defaults that depend on the network and the optimizer.
    public struct Tuned: Sendable {
        public var optimizer = Configuration.Optimizer.sgd
        public var learningRate: Double
        public var momentum = 0.0
        public var nesterov = false
        public var weightDecay = 0.0
        public var schedule = Configuration.Schedule.constant
        public var clipNorm: Double?
        public var hiddenSize = 100
        /// The length where none is asked for: so many epochs, or more until there are so many steps.
        public var epochs = 5
        public var leastSteps = 1000
    }
}
