import Optim

extension OptimizerDescriptor {
    public static let lamb = OptimizerDescriptor(
        "lamb", "AdamW's direction, each parameter in proportion to its length", learningRate: 0.005,
        weightDecay: 0.01, settings: .betas
    ) {
        LAMB(weightDecay: $0.weightDecay, beta1: try $0["beta1"], beta2: try $0["beta2"])
    }
}
