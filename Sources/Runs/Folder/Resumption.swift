import Formats
import Training

/// A setting that has another value since a run was resumed.
struct SettingChange: Equatable {
    let key: String
    let from, to: JSON
    /// How people write both.
    let words: String

    init(_ key: String, from: JSON, to: JSON, unset: String? = nil) {
        (self.key, self.from, self.to) = (key, from, to)
        func text(_ value: JSON) -> String {
            value.isNull ? unset ?? "none" : value.stringValue ?? value.text
        }
        words = "\(key) \(text(from)) → \(text(to))"
    }

    var json: JSONObject { ["key": .string(key), "from": from, "to": to] }
}

/// What a run goes on from; rank 0 alone has it.
struct Resumption {
    let checkpoint: Checkpoint
    /// The checkpoint's run, with the settings it has there.
    let run: RunIdentity
    let changes: [SettingChange]
    /// What the changes come to, for people.
    let notes: [String]

    /// What to tell when the run goes on.
    var lines: [String] {
        changes.isEmpty
            ? notes : ["resumed with other settings: \(changes.map(\.words).joined(separator: ", "))"] + notes
    }
}

extension RunFolder {
    /// The settings that were changed when the run was resumed.
    var history: String { "\(path)/history.jsonl" }

    /// Notes changes of settings at a step. Those of that step and later are of a course the run no longer takes: they are
    /// relative to a checkpoint that it has gone back to.
    func record(_ changes: [SettingChange], at step: Int) throws(FileError) {
        let old = Files.exists(history) ? try Files.read(history) : []
        let kept = old.split(separator: UInt8(ascii: "\n")).filter { line in
            (try? JSON(parsing: Array(line)))?["step"]?.intValue.map { $0 < step } ?? false
        }.map { String(decoding: $0, as: UTF8.self) }
        let new = changes.map {
            JSON.object(JSONObject([("step", .integer(step))] + $0.json.members.map { ($0.key, $0.value) }))
                .text
        }
        let text = (kept + new).map { $0 + "\n" }.joined()
        if text.isEmpty && old.isEmpty { return }
        try Files.publish(history, Array(text.utf8))
    }
}
