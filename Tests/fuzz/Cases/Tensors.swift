import Collectives
import Formats
import Runs
import Training

struct TensorFile: Subject {
    let name = "safetensors"
    let share = 10
    private let files: SoundFiles

    init(_ files: SoundFiles) { self.files = files }

    func write(_ damage: inout Damage, into folder: Folder) throws {
        let sound = files.file("model.safetensors", ofRun: damage.pick(Array(files.runs.indices)))
        try folder.write("a.safetensors", damage.chance(2) ? damage.bytes(sound) : damage.header(of: sound))
    }

    func read(_ folder: Folder) throws {
        let file = try SafeTensorsFile(path: folder("a.safetensors"))
        for entry in file.entries {
            if entry.dtype == .float32 {
                _ = try file.floats(entry.name)
            } else {
                _ = try file.integers(entry.name)
            }
        }
    }
}

extension Damage {
    /// A safetensors file whose header's numbers are others, and whose length fits it.
    mutating func header(of file: [UInt8]) -> [UInt8] {
        let start = SafeTensors.dataStart(ofEncoded: file)
        let header = Array(text(String(decoding: file[8..<start], as: UTF8.self)).utf8)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
        return length + header + file[start...]
    }

    /// A file that says other things of itself, or has other tensors, and is sealed again.
    mutating func resealed(_ file: [UInt8]) throws -> [UInt8] {
        let file = try SafeTensorsFile(parsing: file, path: "sound")
        var metadata = file.metadata
        let key = pick(metadata.keys.sorted())
        metadata[key] = chance(10) ? nil : text(metadata[key] ?? "")
        var tensors = try file.entries.map {
            (name: $0.name, shape: $0.shape, values: SafeTensors.Values.float32(try file.floats($0.name)))
        }
        if chance(4) {
            let spoilt = Int.random(in: 0..<tensors.count, using: &random)
            switch pick([0, 1, 2]) {
            case 0: tensors.remove(at: spoilt)
            case 1: tensors[spoilt].shape = tensors[spoilt].shape.reversed()
            default: tensors[spoilt] = (tensors[spoilt].name, [0], .float32([]))
            }
        }
        return Seal.encode(tensors, metadata)
    }
}

/// A trained model, tested.
struct ModelOfAFile: Subject {
    let name = "model"
    let share = 4
    private let files: SoundFiles

    init(_ files: SoundFiles) { self.files = files }

    func write(_ damage: inout Damage, into folder: Folder) throws {
        let sound = files.file("model.safetensors", ofRun: damage.pick(Array(files.runs.indices)))
        let bytes =
            switch damage.pick([0, 1, 2, 3]) {
            case 0: damage.bytes(sound)
            case 1: damage.header(of: sound)
            default: try damage.resealed(sound)
            }
        try folder.write("a.safetensors", bytes)
    }

    func read(_ folder: Folder) throws {
        let run = EvaluationRun(SoundFiles.catalog, world: LocalCommunicator())
        _ = try run.run(modelFile: folder("a.safetensors"), data: files.data)
    }
}

/// A checkpoint, read.
struct CheckpointOfAFile: Subject {
    let name = "checkpoint"
    let share = 6
    private let files: SoundFiles

    init(_ files: SoundFiles) { self.files = files }

    func write(_ damage: inout Damage, into folder: Folder) throws {
        let sound = files.checkpoint(ofRun: damage.pick(Array(files.runs.indices)))
        try folder.write("a.safetensors", damage.chance(2) ? damage.bytes(sound) : damage.header(of: sound))
    }

    func read(_ folder: Folder) throws { _ = try Checkpoint(path: folder("a.safetensors")) }
}

/// A checkpoint that says other things and is sealed again, gone on from.
struct ResealedCheckpoint: Subject {
    let name = "sealed checkpoint"
    let share = 4
    private let files: SoundFiles
    /// 76: a checkpoint of another run.
    let statuses: Set<Int32> = [64, 65, 66, 71, 76]

    init(_ files: SoundFiles) { self.files = files }

    func write(_ damage: inout Damage, into folder: Folder) throws {
        let sound = files.checkpoint(ofRun: damage.pick(Array(files.runs.indices)))
        try folder.write("a.safetensors", damage.resealed(sound))
    }

    func read(_ folder: Folder) throws {
        try SoundFiles.train(
            [["resume": .string(folder("a.safetensors")), "max_steps": .integer(SoundFiles.steps + 1)]],
            data: files.data, run: folder("run"))
    }
}

/// A run's folder with a damaged file, gone on with.
struct RunOfAFolder: Subject {
    let name = "run folder"
    let share = 2
    /// 76: no checkpoint is valid, or none is there.
    let statuses: Set<Int32> = [64, 65, 66, 71, 76]
    private let files: SoundFiles

    init(_ files: SoundFiles) { self.files = files }

    func write(_ damage: inout Damage, into folder: Folder) throws {
        var run = damage.pick(files.runs)
        for _ in 0..<damage.pick([1, 1, 2]) {
            let spoilt = Int.random(in: 0..<run.count, using: &damage.random)
            let text = String(validating: run[spoilt].bytes, as: UTF8.self)
            if damage.chance(8) {
                run.remove(at: spoilt)
            } else if let text {
                run[spoilt].bytes = Array(damage.text(text).utf8)
            } else {
                run[spoilt].bytes = damage.bytes(run[spoilt].bytes)
            }
        }
        for (name, bytes) in run { try folder.write("run/\(name)", bytes) }
    }

    func read(_ folder: Folder) throws {
        try SoundFiles.train(
            [["resume": "auto", "max_steps": .integer(SoundFiles.steps + 1)]], data: files.data,
            run: folder("run"))
    }
}
