import Formats

/// A setting and the property of `Root` that holds its value.
public struct Field<Root>: Sendable {
    public let setting: Setting
    public let get: @Sendable (Root) -> JSON
    let set: @Sendable (inout Root, JSON) -> Void
    /// Whether the setting has a meaning for what else is chosen in `root`.
    let isRead: @Sendable (Root) -> Bool
    /// What a setting that is not set amounts to in `root`, where the word for it does not say that.
    let meaningOfUnset: (@Sendable (Root) -> String)?

    public init<Value: SettingValue>(
        _ key: String, _ property: any WritableKeyPath<Root, Value> & Sendable, _ kind: Setting.Kind,
        _ placeholder: String = "", unit: String? = nil, unset: String? = nil, environment: String? = nil,
        scope: Setting.Scope = .run, group: String, help: String,
        meaningOfUnset: (@Sendable (Root) -> String)? = nil
    ) {
        self.init(
            Setting(
                key, kind, placeholder, unit: unit, unset: unset, environment: environment, scope: scope,
                group: group, help: help),
            get: { $0[keyPath: property].settingJSON }, set: { $0[keyPath: property] = Value(setting: $1) },
            meaningOfUnset: meaningOfUnset)
    }

    init(
        _ setting: Setting, get: @escaping @Sendable (Root) -> JSON,
        set: @escaping @Sendable (inout Root, JSON) -> Void,
        isRead: @escaping @Sendable (Root) -> Bool = { _ in true },
        meaningOfUnset: (@Sendable (Root) -> String)? = nil
    ) {
        self.setting = setting
        self.get = get
        self.set = set
        self.isRead = isRead
        self.meaningOfUnset = meaningOfUnset
    }

    /// The value in `root` as a user would write it, with its unit: "50 steps".
    public func text(in root: Root) -> String {
        switch get(root) {
        case .null: meaningOfUnset?(root) ?? setting.unset ?? "none"
        case .bool(let value): value ? "on" : "off"
        case .string(let value): value
        case .integer(let value): setting.unit.map { "\(value) \($0)" } ?? "\(value)"
        case .number(let value) where value.rounded() == value && abs(value) < 1e15: "\(Int(value))"
        case let value: value.text
        }
    }
}
