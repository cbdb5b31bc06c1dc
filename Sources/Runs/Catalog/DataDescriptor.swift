import Samples

/// A data set that a program knows by name, beside the folders that every program reads.
///
///     DataDescriptor("spirals", "two spirals, told apart") { _ in
///         (train: Spirals(count: 4000, seed: 1), test: Spirals(count: 1000, seed: 2))
///     }
public struct DataDescriptor: Sendable {
    /// As `--data` takes it.
    public let name: String
    /// One line for `--help`.
    public let summary: String
    public let settings: [OwnSetting]
    let load: @Sendable (SettingValues) throws -> (train: any SampleSource, test: any SampleSource)

    /// - Parameter load: both halves, of one shape; it throws `FileError` for files that are missing or malformed.
    public init(
        _ name: String, _ summary: String, settings: [OwnSetting] = [],
        load: @escaping @Sendable (SettingValues) throws -> (train: any SampleSource, test: any SampleSource)
    ) {
        self.name = name
        self.summary = summary
        self.settings = settings
        self.load = load
    }
}
