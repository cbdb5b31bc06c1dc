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
    var notes: [String]

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
    ///
    /// - Returns: in words, what was changed there before and is not changed to the same now.
    func record(_ changes: [SettingChange], at step: Int) throws(FileError) -> [String] {
        let old = Files.exists(history) ? try Files.read(history) : []
        let lines = old.split(separator: UInt8(ascii: "\n")).compactMap {
            line -> (step: Int, change: JSONObject)? in
            guard var change = (try? JSON(parsing: Array(line)))?.objectValue,
                let step = change["step"]?.intValue
            else { return nil }
            change["step"] = nil
            return (step, change)
        }
        let course = lines.filter { $0.step < step } + changes.map { (step, $0.json) }
        let text = course.map { step, change in
            JSON.object(JSONObject([("step", .integer(step))] + change.members.map { ($0.key, $0.value) }))
                .text + "\n"
        }.joined()
        if !text.isEmpty || !old.isEmpty { try Files.publish(history, Array(text.utf8)) }
        let undone = lines.filter { line in
            line.step >= step
                && !changes.contains {
                    $0.key == line.change["key"]?.stringValue && $0.to == line.change["to"]
                }
        }
        return undone.map { line in
            let (key, to) = (line.change["key"]?.stringValue ?? "?", line.change["to"] ?? .null)
            return "\(key) \(to.stringValue ?? to.text), set at step \(line.step), is not set any more"
        }
    }
}
