import Formats
import Training

/// What makes a run itself: its data, and the first values of the settings that its steps depend on.
///
/// Lengths take no part, unless the schedule reads them, nor do cadences and paths: so equal runs have one identity, and a
/// run that was stopped and extended has that of one that never was. Checkpoints and the model carry it.
struct RunIdentity: Equatable {
    /// SHA-256, in hexadecimal digits.
    let id: String
    let dataDigest: String
    let settings: JSONObject
    /// The checkpoint of another run that it branched off from with other settings.
    var parent: Parent?

    struct Parent: Equatable {
        let id: String
        let step: Int
    }

    /// The identity of a run that starts at the beginning.
    init(dataDigest: String, settings: JSONObject) {
        self.init(
            id: Self.hash(["data_sha256=\(dataDigest)"] + Self.lines(settings)), dataDigest: dataDigest,
            settings: settings)
    }

    /// - Parameter id: as a file tells it.
    init(id: String, dataDigest: String, settings: JSONObject) {
        (self.id, self.dataDigest, self.settings) = (id, dataDigest, settings)
    }

    /// The identity of what goes on elsewhere from a checkpoint: the same run, unless settings are others.
    func continued(at step: Int, with settings: JSONObject) -> RunIdentity {
        let changed = JSONObject(
            settings.members.filter { self.settings[$0.key] != nil && self.settings[$0.key] != $0.value }
                .map { ($0.key, $0.value) })
        if changed.isEmpty { return self }
        var branch = RunIdentity(
            id: Self.hash(["parent=\(id)", "step=\(step)"] + Self.lines(changed)), dataDigest: dataDigest,
            settings: settings)
        branch.parent = Parent(id: id, step: step)
        return branch
    }

    private static func lines(_ settings: JSONObject) -> [String] {
        settings.members.map { "\($0.key)=\($0.value.text)" }.sorted()
    }

    private static func hash(_ lines: [String]) -> String {
        SHA256.hex(of: Array(lines.map { $0 + "\n" }.joined().utf8))
    }
}

extension RunIdentity {
    /// `run.json`.
    var json: JSON {
        var object: JSONObject = [
            SafeTensorsFile.runKey: .string(id), "data_sha256": .string(dataDigest),
            "settings": .object(settings),
        ]
        if let parent {
            object["parent"] = [SafeTensorsFile.runKey: .string(parent.id), "step": .integer(parent.step)]
        }
        return .object(object)
    }

    /// - Parameter path: of the file, for messages.
    init(_ json: JSON?, path: String) throws(FileError) {
        guard let id = json?[SafeTensorsFile.runKey]?.stringValue,
            let data = json?["data_sha256"]?.stringValue,
            let settings = json?["settings"]?.objectValue
        else {
            throw FileError(
                .malformed, path, "expected a run's identity, found something else",
                advice: "remove it: the run then goes on as the one its newest checkpoint is of")
        }
        self.init(id: id, dataDigest: data, settings: settings)
        if let id = json?["parent"]?[SafeTensorsFile.runKey]?.stringValue,
            let step = json?["parent"]?["step"]?.intValue
        {
            parent = Parent(id: id, step: step)
        }
    }

    /// How a run differs from this one, in words: "its seed is 7, this run's 1".
    fileprivate func differences(from other: RunIdentity) -> String {
        if dataDigest != other.dataDigest { return "trained on other data" }
        let words = settings.members.compactMap { key, here -> String? in
            guard let there = other.settings[key], there != here else { return nil }
            return "its \(key) is \(there.text), here \(here.text)"
        }
        return words.isEmpty
            ? "begun with other settings, or branched off elsewhere" : words.prefix(3).joined(separator: ", ")
    }
}

extension RunFolder {
    /// Which run it holds.
    var runFile: String { "\(path)/run.json" }

    /// Nil in folders of before runs had identities.
    ///
    /// - Throws: `FileError` if it cannot be told.
    var identity: RunIdentity? {
        get throws(FileError) {
            guard Files.exists(runFile) else { return nil }
            return try RunIdentity(
                try? JSON(parsing: try Files.read(runFile, limit: 1 << 20)), path: runFile)
        }
    }

    /// Makes sure that a checkpoint in the folder is of its run.
    ///
    /// - Throws: `FileError.malformed` if it is of another: whoever put it there has to say what is meant.
    func requireOwn(_ checkpoint: Checkpoint, of run: RunIdentity) throws(FileError) {
        guard let identity = try identity, identity.id != run.id else { return }
        throw FileError(
            .malformed, checkpoint.file.path,
            "is of run \(run.id.prefix(12))…, and the folder's is \(identity.id.prefix(12))…: "
                + identity.differences(from: run),
            advice:
                "move it out of the folder to go on with the folder's own run, or go on from it with --resume "
                + "FILE in another --run-dir")
    }
}
