import Optim

/// A course of the learning rate that a program can train with.
public struct ScheduleDescriptor: Sendable {
    /// As `--schedule` takes it.
    public let name: String
    /// One line for `--help`.
    public let summary: String
    public let settings: [OwnSetting]
    let make: @Sendable (ScheduleContext) throws -> any Schedule

    public init(
        _ name: String, _ summary: String, settings: [OwnSetting] = [],
        make: @escaping @Sendable (ScheduleContext) throws -> any Schedule
    ) {
        self.name = name
        self.summary = summary
        self.settings = settings
        self.make = make
    }
}

/// What a schedule is made from.
public struct ScheduleContext: Sendable {
    public let learningRate: Double
    /// The steps of the whole run, warm-up and all.
    public let totalSteps: Int
    public let settings: SettingValues

    /// The value of one of the schedule's own settings.
    public subscript<Value: SettingValue>(key: String) -> Value {
        get throws(CatalogError) { try settings[key] }
    }
}

extension ScheduleDescriptor: Equatable, CustomStringConvertible {
    public static func == (a: ScheduleDescriptor, b: ScheduleDescriptor) -> Bool { a.name == b.name }

    public var description: String { name }
}

extension [ScheduleDescriptor] {
    /// The schedules that every program has.
    public static let standard: [ScheduleDescriptor] = [
        .constant,
        .cosine,
        .step,
        .oneCycle,
    ]
}
