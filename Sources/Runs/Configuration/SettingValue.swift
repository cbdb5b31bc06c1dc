import Formats
import TensorEngine
import Training

/// A Swift type that a setting's value can have.
public protocol SettingValue: Sendable {
    /// From a value that ``Setting/checked(_:from:)`` let pass; another one is a bug in the table of
    /// settings.
    init(setting: JSON)
    var settingJSON: JSON { get }
}

extension Int: SettingValue {
    public init(setting: JSON) { self = Self.unwrap(setting.intValue, setting) }
    public var settingJSON: JSON { .integer(self) }
}

extension UInt64: SettingValue {
    public init(setting: JSON) { self = UInt64(Self.unwrap(setting.intValue, setting)) }
    public var settingJSON: JSON { .integer(Int(self)) }
}

extension Double: SettingValue {
    public init(setting: JSON) { self = Self.unwrap(setting.doubleValue, setting) }
    public var settingJSON: JSON { .number(self) }
}

extension Bool: SettingValue {
    public init(setting: JSON) { self = Self.unwrap(setting.boolValue, setting) }
    public var settingJSON: JSON { .bool(self) }
}

extension String: SettingValue {
    public init(setting: JSON) { self = Self.unwrap(setting.stringValue, setting) }
    public var settingJSON: JSON { .string(self) }
}

extension Optional: SettingValue where Wrapped: SettingValue {
    public init(setting: JSON) { self = setting.isNull ? nil : Wrapped(setting: setting) }
    public var settingJSON: JSON { self?.settingJSON ?? .null }
}

extension SettingValue where Self: RawRepresentable<String> {
    public init(setting: JSON) {
        self = Self.unwrap(setting.stringValue.flatMap(Self.init(rawValue:)), setting)
    }
    public var settingJSON: JSON { .string(rawValue) }
}

extension TrainingPlan.Reduction: SettingValue {}
extension TrainingPlan.NaNPolicy: SettingValue {}
extension CheckpointErrors: SettingValue {}
extension ScheduleExtension: SettingValue {}
extension Configuration.Progress: SettingValue {}
extension KernelBenchmark.Kind: SettingValue {}
extension ProductLibrary: SettingValue {}

extension Configuration.Resume: SettingValue {
    public init(setting: JSON) {
        let text = String(setting: setting)
        self = text == "auto" ? .auto : .file(text)
    }

    public var settingJSON: JSON {
        switch self {
        case .auto: "auto"
        case .file(let path): .string(path)
        }
    }
}

extension SettingValue {
    fileprivate static func unwrap<Value>(_ value: Value?, _ setting: JSON) -> Value {
        guard let value else {
            preconditionFailure("a setting of type \(Self.self) cannot be \(setting.text)")
        }
        return value
    }
}
