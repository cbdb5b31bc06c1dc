import Formats
import NN
import Samples

/// A network that a program can train: everything about it that the rest of the program asks for.
///
///     ModelDescriptor("residual", "two layers and a shortcut", tuned: TunedDefaults(optimizer: .adam)) {
///         Residual($0.shape)
///     }
public struct ModelDescriptor: Sendable {
    /// As `--model` takes it.
    public let name: String
    /// One line for `--help`.
    public let summary: String
    public let tuned: TunedDefaults
    public let settings: [OwnSetting]
    /// What its samples are made of, where the data set's are not what it looks at.
    let samples: SampleDerivation?
    let make: @Sendable (ModelContext) throws -> any Model

    /// - Parameters:
    ///   - tuned: the settings that train it best, which are its defaults.
    ///   - settings: what else can be set about it.
    ///   - make: the network, its parameters still zero; it throws `UnsuitableShape` for samples it cannot take.
    public init(
        _ name: String, _ summary: String, tuned: TunedDefaults = TunedDefaults(),
        settings: [OwnSetting] = [], samples: SampleDerivation? = nil,
        make: @escaping @Sendable (ModelContext) throws -> any Model
    ) {
        self.name = name
        self.summary = summary
        self.tuned = tuned
        self.settings = settings
        self.samples = samples
        self.make = make
    }
}

/// What a network is made from.
public struct ModelContext: Sendable {
    /// What a sample looks like that it is trained on.
    public let shape: SampleShape
    public let settings: SettingValues

    /// The value of one of the model's own settings.
    public subscript<Value: SettingValue>(key: String) -> Value {
        get throws(CatalogError) { try settings[key] }
    }
}

/// How a network's samples are made of the data set's.
public struct SampleDerivation: Sendable {
    /// What they look like.
    let shape: @Sendable (SampleShape, SettingValues) throws -> SampleShape
    /// The samples; what is drawn at random depends on the seed.
    let source: @Sendable (any SampleSource, SettingValues, _ seed: UInt64) throws -> any SampleSource

    public init(
        shape: @escaping @Sendable (SampleShape, SettingValues) throws -> SampleShape,
        source:
            @escaping @Sendable (any SampleSource, SettingValues, _ seed: UInt64) throws -> any SampleSource
    ) {
        self.shape = shape
        self.source = source
    }
}

extension ModelDescriptor: Equatable, CustomStringConvertible {
    public static func == (a: ModelDescriptor, b: ModelDescriptor) -> Bool { a.name == b.name }

    public var description: String { name }
}
