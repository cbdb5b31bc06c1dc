import Optim

extension OptimizerDescriptor {
    public static let adam = OptimizerDescriptor(
        "adam", "Adam; weight decay is a penalty", learningRate: 0.001, settings: .betas
    ) {
        Adam(weightDecay: $0.weightDecay, beta1: try $0["beta1"], beta2: try $0["beta2"])
    }

    public static let adamw = OptimizerDescriptor(
        "adamw", "Adam; weight decay is apart from the gradient", learningRate: 0.001, weightDecay: 0.01,
        settings: .betas
    ) {
        Adam(
            decay: .decoupled, weightDecay: $0.weightDecay, beta1: try $0["beta1"], beta2: try $0["beta2"])
    }
}

extension [OwnSetting] {
    /// Of Adam and its like.
    static let betas = [
        OwnSetting(
            "beta1", default: 0.9, .number(.decay), "X", scope: .run,
            help: "share of the gradient's average that is kept"),
        OwnSetting(
            "beta2", default: 0.999, .number(.decay), "X", scope: .run,
            help: "share of the squared gradient's average that is kept"),
    ]
}
