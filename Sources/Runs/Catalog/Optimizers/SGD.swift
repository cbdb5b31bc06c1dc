import Optim

extension OptimizerDescriptor {
    public static let sgd = OptimizerDescriptor(
        "sgd", "stochastic gradient descent with momentum", learningRate: 0.1,
        settings: [
            .momentum(0.9),
            OwnSetting(
                "nesterov", default: false, .boolean, scope: .run, help: "look ahead along the momentum"),
        ]
    ) {
        let momentum: Double = try $0["momentum"]
        let nesterov: Bool = try $0["nesterov"]
        if nesterov && momentum == 0 {
            throw UsageError(
                "\($0.settings.origin("nesterov")): needs momentum, and \($0.settings.origin("momentum")) is 0",
                hint: "Set --momentum above 0, or --no-nesterov.")
        }
        return SGD(momentum: Float(momentum), nesterov: nesterov, weightDecay: $0.weightDecay)
    }
}

extension OwnSetting {
    static func momentum(_ usual: Double) -> OwnSetting {
        OwnSetting(
            "momentum", default: usual, .number(.decay.inSinglePrecision), "X", scope: .run,
            help: "share of the last update that is kept")
    }
}
