import Optim

/// A rule of the update that a program can train with.
public struct OptimizerDescriptor: Sendable {
    /// As `--optimizer` takes it.
    public let name: String
    /// One line for `--help`.
    public let summary: String
    /// What is usual where nothing is known of the network.
    public let learningRate, weightDecay: Double
    public let settings: [OwnSetting]
    let make: @Sendable (OptimizerContext) throws -> any Optimizer

    /// - Parameter make: throws `UsageError` where its settings exclude each other.
    public init(
        _ name: String, _ summary: String, learningRate: Double, weightDecay: Double = 0,
        settings: [OwnSetting] = [], make: @escaping @Sendable (OptimizerContext) throws -> any Optimizer
    ) {
        self.name = name
        self.summary = summary
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.settings = settings
        self.make = make
    }
}

/// What an optimizer is made from.
public struct OptimizerContext: Sendable {
    public let weightDecay: Double
    public let settings: SettingValues

    /// The value of one of the optimizer's own settings.
    public subscript<Value: SettingValue>(key: String) -> Value {
        get throws(CatalogError) { try settings[key] }
    }
}

extension OptimizerDescriptor: Equatable, CustomStringConvertible {
    public static func == (a: OptimizerDescriptor, b: OptimizerDescriptor) -> Bool { a.name == b.name }

    public var description: String { name }
}

extension [OptimizerDescriptor] {
    /// The optimizers that every program has.
    public static let standard: [OptimizerDescriptor] = [
        .sgd,
        .adam,
        .adamw,
        .lamb,
        .rmsprop,
    ]
}
