import Formats

struct JSONText: Subject {
    let name = "JSON"
    let share = 8
    private let texts: [[UInt8]]

    init(_ files: SoundFiles) {
        texts = files.runs.indices.flatMap { run in
            ["config.json", "env.json", "metrics.jsonl"].map { files.file($0, ofRun: run) }
        }
    }

    func write(_ damage: inout Damage, into folder: Folder) throws {
        var text = damage.bytes(damage.pick(texts))
        if damage.chance(8) {
            text = (0..<damage.pick([10, 1000, 20_000])).map { _ in
                damage.pick([0x5B, 0x7B, 0x22, 0x31, 0x2C])
            }
        }
        try folder.write("a.json", text)
    }

    func read(_ folder: Folder) throws {
        let bytes = try Files.read(folder("a.json"))
        do throws(JSONError) {
            _ = try JSON(parsing: bytes).text
        } catch {
            throw FileError(.malformed, "a.json", "\(error)", advice: "")
        }
    }
}

/// `--config FILE`, as far as `--dry-run` goes.
struct ConfigurationFile: Subject {
    let name = "configuration"
    let share = 6
    private let files: SoundFiles

    init(_ files: SoundFiles) { self.files = files }

    func write(_ damage: inout Damage, into folder: Folder) throws {
        let sound = files.file("config.json", ofRun: damage.pick(Array(files.runs.indices)))
        let text = String(decoding: sound, as: UTF8.self)
        try folder.write("config.json", Array(damage.text(text).utf8))
    }

    func read(_ folder: Folder) throws {
        try SoundFiles.train(
            [["dry_run": true]], configFile: folder("config.json"), data: files.data, run: folder("run"))
    }
}
