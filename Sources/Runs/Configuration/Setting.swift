import Formats

/// One thing the user can set, described once: flags, keys of `--config FILE`, `--help` and validation derive
/// from it.
public struct Setting: Sendable {
    /// What a setting has a say in.
    public enum Scope: Sendable {
        /// The trajectory of training; it cannot change when a run is resumed.
        case fixedOnResume
        /// The trajectory too; where a resumed run changes it, that is told and recorded.
        case run
        /// How long a run goes on, and how often it is saved and measured: no step depends on it.
        case pace
        /// This process only, such as paths and output: two runs that differ here give the same results.
        case invocation
    }

    public enum Kind: Sendable {
        case integer(ClosedRange<Int>)
        case number(Bounds)
        case boolean
        case choice([String])
        case text
    }

    /// The finite numbers a setting accepts, with their description: "greater than 0".
    public struct Bounds: Sendable {
        public let description: String
        public let contains: @Sendable (Double) -> Bool
        /// Whether training computes with the number in single precision.
        var isSinglePrecision = false

        public init(_ description: String, contains: @escaping @Sendable (Double) -> Bool) {
            self.description = description
            self.contains = contains
        }
    }

    /// Name in JSON, in snake_case.
    public let key: String
    public let kind: Kind
    /// Stands for the value in `--help`: `--epochs N`. Empty for a switch.
    public let placeholder: String
    /// What the value counts: "steps".
    public let unit: String?
    /// A few words for `--help`, without the default.
    public let help: String
    /// The heading in `--help`.
    public internal(set) var group: String
    public let scope: Scope
    /// The word for "not set" (JSON null), where the setting may be that: `--max-steps none`.
    public let unset: String?
    /// The environment variable that replaces the default.
    public let environment: String?
    /// Whether `--help` tells of it.
    public let isListed: Bool

    public init(
        _ key: String, _ kind: Kind, _ placeholder: String = "", unit: String? = nil, unset: String? = nil,
        environment: String? = nil, scope: Scope = .run, group: String, help: String, isListed: Bool = true
    ) {
        self.key = key
        self.kind = kind
        self.placeholder = placeholder
        self.unit = unit
        self.help = help
        self.group = group
        self.scope = scope
        self.unset = unset
        self.environment = environment
        self.isListed = isListed
    }

    /// The option on the command line: `--global-batch` for the key `global_batch`.
    public var flag: String { "--" + String(key.map { $0 == "_" ? "-" : $0 }) }

    /// Whether steps depend on the setting, so that another first value makes another run.
    var shapesTrajectory: Bool { scope == .fixedOnResume || scope == .run }

    /// Whether `config.json` records the setting, so that the run can be repeated from it.
    public var isReproducible: Bool { scope != .invocation }

    public var isSwitch: Bool {
        if case .boolean = kind { true } else { false }
    }
}
