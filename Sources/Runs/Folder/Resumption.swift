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

    /// Nil where that is no change.
    init?(_ json: JSON) {
        guard let key = json["key"]?.stringValue, let from = json["from"], let to = json["to"] else {
            return nil
        }
        self.init(key, from: from, to: to)
    }
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

    /// In the order in which they were made.
    var changes: [(step: Int, change: SettingChange)] {
        get throws(FileError) {
            guard Files.exists(history) else { return [] }
            return try Files.read(history).split(separator: UInt8(ascii: "\n")).compactMap { line in
                guard let json = try? JSON(parsing: Array(line)), let step = json["step"]?.intValue else {
                    return nil
                }
                return SettingChange(json).map { (step, $0) }
            }
        }
    }

    /// Notes changes of settings at a step. Those of that step and later are of a course the run no longer takes: they are
    /// relative to a checkpoint that it has gone back to.
    ///
    /// - Returns: in words, what was changed there before and is not changed to the same now.
    func record(_ new: [SettingChange], at step: Int) throws(FileError) -> [String] {
        let old = try changes
        let course = old.filter { $0.step < step } + new.map { (step, $0) }
        if !course.isEmpty || Files.exists(history) {
            let lines = course.map { step, change in
                let members = [("step", JSON.integer(step))] + change.json.members.map { ($0.key, $0.value) }
                return JSON.object(JSONObject(members)).text + "\n"
            }
            try Files.publish(history, Array(lines.joined().utf8))
        }
        let undone = old.filter { line in
            line.step >= step && !new.contains { $0.key == line.change.key && $0.to == line.change.to }
        }
        return undone.map { step, change in
            "\(change.key) \(change.to.stringValue ?? change.to.text), set at step \(step), is not set any more"
        }
    }
}
