import Formats

/// Settings from one source (flags, a file, the environment), each with its origin for messages; layers stack
/// up to a ``Configuration``.
public struct SettingsLayer: Equatable, Sendable {
    public struct Entry: Equatable, Sendable {
        public let key: String
        public let value: JSON
        /// Where the value was written: "--lr", "run.json: lr", "$TRAINER_DATA".
        public let origin: String
    }

    /// In the order in which they were given; no key twice.
    public private(set) var entries: [Entry] = []
    /// Whether a program wrote it down, and not a person: what is not read there has no meaning, and harms nobody.
    var isRecord = false

    public init() {}

    public subscript(key: String) -> Entry? {
        entries.first { $0.key == key }
    }

    /// Sets one value, in place of an earlier one: the last wins.
    ///
    /// - Throws: `UsageError` unless the setting accepts the value.
    public mutating func set(_ setting: Setting, to value: JSON, from origin: String) throws(UsageError) {
        let entry = Entry(key: setting.key, value: try setting.checked(value, from: origin), origin: origin)
        if let index = entries.firstIndex(where: { $0.key == setting.key }) {
            entries[index] = entry
        } else {
            entries.append(entry)
        }
    }

    /// Takes an entry out.
    public mutating func remove(_ key: String) -> Entry? {
        entries.firstIndex { $0.key == key }.map { entries.remove(at: $0) }
    }

    /// Takes the entries of `keys` out, as a layer of their own.
    public mutating func split(off keys: [String]) -> SettingsLayer {
        var part = SettingsLayer()
        part.entries = entries.filter { keys.contains($0.key) }
        entries.removeAll { keys.contains($0.key) }
        return part
    }

    /// Copies the values into the properties they belong to.
    public func assign<Root>(to root: inout Root, _ fields: [Field<Root>]) {
        for entry in entries {
            guard let field = fields.first(where: { $0.setting.key == entry.key }) else {
                preconditionFailure("no field for the setting '\(entry.key)'")
            }
            field.set(&root, entry.value)
        }
    }
}

extension SettingsLayer {
    /// The members of a JSON object, as `--config FILE` and checkpoints hold them.
    ///
    /// - Parameter source: the name of the file, for messages.
    /// - Throws: `UsageError` for a key that is none of `settings`, naming the nearest, or a value that its
    ///   setting refuses.
    public init(
        _ json: JSON, from source: String, settings: [Setting]
    ) throws(UsageError) {
        guard let object = json.objectValue else {
            throw UsageError("\(source): expected an object of settings, found \(json.kindDescription)")
        }
        for (key, value) in object.members {
            guard let setting = settings.first(where: { $0.key == key }) else {
                throw UsageError(
                    "\(source): unknown key '\(key)'" + suggestion(for: key, among: settings.map(\.key)))
            }
            try set(setting, to: value, from: "\(source): \(key)")
        }
    }

    /// What the environment says about the settings that name a variable.
    public init(
        environment: [String: String], settings: [Setting]
    ) throws(UsageError) {
        for setting in settings {
            guard let name = setting.environment, let text = environment[name], !text.isEmpty else {
                continue
            }
            try set(setting, to: setting.value(of: text), from: "$\(name)")
        }
    }

    /// The settings of a file given with `--config`.
    ///
    /// - Throws: `FileError` if it is missing or not JSON, `UsageError` for an unknown key or
    ///   a value that its setting refuses.
    public init(configFile path: String, settings: [Setting]) throws {
        let bytes = try Files.read(path, limit: 1 << 20)
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: bytes)
        } catch {
            throw FileError(.malformed, path, "not JSON: \(error)", advice: "correct it there")
        }
        try self.init(json, from: path, settings: settings)
        isRecord = Self.keysOfVersion01.allSatisfy { self[$0] != nil }
    }

    /// Keys that no run reads all, and that version 0.1 wrote nevertheless into every `config.json`.
    private static let keysOfVersion01 = [
        "hidden_size", "digits", "dropout", "momentum", "nesterov", "beta1", "beta2", "step_size", "gamma",
    ]
}
