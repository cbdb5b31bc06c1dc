import Training

/// A place that a program can keep checkpoints in besides the run folder, with settings of its own.
///
///     SinkDescriptor { _ in Shelf() }
public struct SinkDescriptor: Sendable {
    public let settings: [OwnSetting]
    let make: @Sendable (SinkContext) throws -> (any CheckpointSink)?

    /// - Parameter make: called on rank 0 before training; nil where the settings ask for none.
    public init(
        settings: [OwnSetting] = [], make: @escaping @Sendable (SinkContext) throws -> (any CheckpointSink)?
    ) {
        self.settings = settings
        self.make = make
    }
}

/// What a sink is made from.
public struct SinkContext: Sendable {
    /// How many checkpoints the run folder keeps.
    public let keepLast: Int
    public let settings: SettingValues

    /// The value of one of the sink's own settings.
    public subscript<Value: SettingValue>(key: String) -> Value {
        get throws(CatalogError) { try settings[key] }
    }
}

extension [SinkDescriptor] {
    /// The sinks that every program has.
    public static let standard: [SinkDescriptor] = [
        // In the order in which they get a checkpoint, after the run folder.
        .mirror
    ]
}
