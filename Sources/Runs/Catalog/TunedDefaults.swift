import Formats

/// The settings that train a network best: the defaults where it is chosen.
public struct TunedDefaults: Sendable {
    public var optimizer: OptimizerDescriptor
    public var learningRate: Double
    public var weightDecay: Double
    public var schedule: ScheduleDescriptor
    /// The longest gradient; nil for any.
    public var clipNorm: Double?
    /// The length where none is asked for: so many epochs, or more until there are so many steps.
    public var epochs, leastSteps: Int
    /// Of the optimizer's and the schedule's own settings, those with other values than usual.
    public var settings: [String: JSON]

    /// - Parameters:
    ///   - learningRate: by default what is usual for the optimizer, and so are weight decay, momentum and Nesterov's
    ///     method.
    ///   - settings: other own settings of the optimizer and the schedule.
    public init(
        optimizer: OptimizerDescriptor = .sgd, learningRate: Double? = nil, momentum: Double? = nil,
        nesterov: Bool? = nil, weightDecay: Double? = nil, schedule: ScheduleDescriptor = .constant,
        clipNorm: Double? = nil, epochs: Int = 5, leastSteps: Int = 1000, settings: [String: JSON] = [:]
    ) {
        self.optimizer = optimizer
        self.learningRate = learningRate ?? optimizer.learningRate
        self.weightDecay = weightDecay ?? optimizer.weightDecay
        self.schedule = schedule
        self.clipNorm = clipNorm
        self.epochs = epochs
        self.leastSteps = leastSteps
        self.settings = settings
        if let momentum { self.settings["momentum"] = .number(momentum) }
        if let nesterov { self.settings["nesterov"] = .bool(nesterov) }
    }

    /// A network is tuned for one optimizer; under another it keeps what is not the optimizer's, and starts from usual
    /// values for the rest.
    func with(_ other: OptimizerDescriptor, _ schedule: ScheduleDescriptor) -> TunedDefaults {
        if other == optimizer { return self }
        var tuned = self
        tuned.optimizer = other
        (tuned.learningRate, tuned.weightDecay) = (other.learningRate, other.weightDecay)
        (tuned.schedule, tuned.settings) = (schedule, [:])
        return tuned
    }
}
