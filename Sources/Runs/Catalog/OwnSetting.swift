import Formats

/// A setting that some models, optimizers, schedules or data sets read and others do not, with its usual value there.
///
///     OwnSetting("width", default: 64, .integer(1...4096), "N", unit: "units", help: "width of the hidden layer")
public struct OwnSetting: Sendable {
    public let setting: Setting
    public let usual: JSON

    /// - Parameters:
    ///   - key: in snake_case; `--width` on the command line.
    ///   - scope: by default it belongs to the network's architecture: files of trained models record it, and a resumed
    ///     run keeps it.
    public init(
        _ key: String, default usual: some SettingValue, _ kind: Setting.Kind, _ placeholder: String = "",
        unit: String? = nil, unset: String? = nil, scope: Setting.Scope = .fixedOnResume, help: String
    ) {
        setting = Setting(
            key, kind, placeholder, unit: unit, unset: unset, scope: scope, group: "", help: help)
        self.usual = usual.settingJSON
    }
}

/// The values of a descriptor's own settings.
public struct SettingValues: Sendable {
    private let owner: String
    private let values: [String: JSON]
    private let origin: @Sendable (String) -> String

    /// - Parameters:
    ///   - owner: whose settings they are, for messages: "--model lstm".
    ///   - origin: where the value of a key came from, for messages.
    init(
        of owner: String, _ settings: [OwnSetting], in values: [String: JSON],
        origin: @escaping @Sendable (String) -> String
    ) {
        self.owner = owner
        self.values = values.filter { key, _ in settings.contains { $0.setting.key == key } }
        self.origin = origin
    }

    /// The value of a setting that the descriptor lists.
    ///
    /// - Throws: `CatalogError` if it lists no such setting.
    public subscript<Value: SettingValue>(key: String) -> Value {
        get throws(CatalogError) {
            guard let value = values[key] else {
                throw CatalogError("\(owner) reads the setting '\(key)', which it does not list")
            }
            return Value(setting: value)
        }
    }

    /// Where the value came from, for messages: "--momentum", "run.json: momentum".
    public func origin(_ key: String) -> String { origin(key) }
}
