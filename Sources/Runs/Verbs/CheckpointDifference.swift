import Formats
import Training

/// The verb `checkpoint diff`: how far two checkpoints, or models, are from each other.
public struct CheckpointDifference: Sendable {
    /// Two tensors of one name.
    public struct Tensor: Equatable, Sendable {
        public let name: String
        public let elements: Int
        /// How many elements are not the same bits.
        public internal(set) var differing = 0
        /// The most floats that lie between two elements of one place, plus one.
        public internal(set) var largestULPs = 0
        /// Between two elements of one place; NaN where one is none.
        public internal(set) var largest = 0.0
        /// The first place where the bits differ; nil where none do.
        public internal(set) var first: Int?
    }

    /// A word of the files' metadata that is not the same in both.
    public struct Word: Equatable, Sendable {
        public let name: String
        /// Nil where a file has no such word.
        public let first, second: String?
    }

    /// The files that were compared.
    public let files: [String]
    /// All that both have, in the order of the first file.
    public private(set) var tensors: [Tensor] = []
    /// What only one of them has, or has in another shape, in words.
    public private(set) var unpaired: [String] = []
    public private(set) var words: [Word] = []

    /// Whether every bit of every tensor is the same. Words may differ: a run that was told another path is the same run.
    public var isSame: Bool { unpaired.isEmpty && tensors.allSatisfy { $0.first == nil } }

    /// - Parameters:
    ///   - first: a safetensors file, or a run's folder, which stands for its newest checkpoint.
    ///   - second: another.
    /// - Throws: `FileError` if one is not there, damaged or holds what is no floating-point number.
    public init(_ first: String, _ second: String) throws {
        let (one, other) = (try Self.file(first), try Self.file(second))
        files = [one.path, other.path]
        for entry in one.entries {
            guard let match = other.entry(named: entry.name) else {
                unpaired.append("\(entry.name): only in \(one.path)")
                continue
            }
            guard match.shape == entry.shape else {
                unpaired.append("\(entry.name): \(entry.shape) and \(match.shape)")
                continue
            }
            tensors.append(Tensor(entry.name, try one.floats(entry.name), try other.floats(entry.name)))
        }
        for entry in other.entries where one.entry(named: entry.name) == nil {
            unpaired.append("\(entry.name): only in \(other.path)")
        }
        let (own, others) = (Self.words(of: one), Self.words(of: other))
        for name in Set(own.keys).union(others.keys).sorted() where own[name] != others[name] {
            words.append(Word(name: name, first: own[name], second: others[name]))
        }
    }

    private static func file(_ path: String) throws -> SafeTensorsFile {
        var path = path
        if Files.isDirectory(path) {
            let store = RunFolder(path: path).checkpoints
            guard let newest = try store.newestValid(report: { _ in }) else {
                throw FileError(
                    .missing, path, "holds no checkpoint", advice: "name the folder of a run, or a file")
            }
            path = newest.file.path
        }
        let file = try SafeTensorsFile(path: path)
        _ = try file.proveSeal()
        return file
    }

    /// A file's metadata without its seal, the settings each for itself.
    private static func words(of file: SafeTensorsFile) -> [String: String] {
        var words = file.metadata
        words["content_sha256"] = nil
        if let config = words.removeValue(forKey: "config") {
            for (key, value) in (try? JSON(parsing: Array(config.utf8)))?.objectValue?.members ?? [] {
                words["config.\(key)"] = value.text
            }
        }
        return words
    }

    /// What differs, a line each; the first tensor that does leads.
    public var text: String {
        let apart = tensors.filter { $0.first != nil }
        let head = "\(tensors.count) tensors of \(tensors.reduce(0) { $0 + $1.elements }) numbers: "
        let verdict =
            isSame
            ? "the same bits" : apart.isEmpty ? "those of both are the same bits" : "\(apart.count) differ"
        let width = apart.map(\.name.count).max() ?? 0
        let lines = apart.map { tensor in
            tensor.name + String(repeating: " ", count: width - tensor.name.count)
                + "  \(tensor.differing) of \(tensor.elements), from place \(tensor.first ?? 0) on; largest difference "
                + "\(tensor.largest), \(tensor.largestULPs) ulp"
        }
        let metadata = words.map {
            "\($0.name): \($0.first?.prefix(80) ?? "none") and \($0.second?.prefix(80) ?? "none")"
        }
        return ([head + verdict] + lines + unpaired + metadata).joined(separator: "\n")
    }

    public var json: JSON {
        [
            "same": .bool(isSame), "files": .array(files.map { .string($0) }),
            "first_differing": tensors.first { $0.first != nil }.map { .string($0.name) } ?? .null,
            "tensors": .array(
                tensors.map {
                    [
                        "name": .string($0.name), "elements": .integer($0.elements),
                        "differing": .integer($0.differing), "largest_ulps": .integer($0.largestULPs),
                        "largest": .number($0.largest), "first": $0.first.map { .integer($0) } ?? .null,
                    ]
                }),
            "unpaired": .array(unpaired.map { .string($0) }),
            "metadata": .array(
                words.map {
                    [
                        "name": .string($0.name), "first": $0.first.map { .string($0) } ?? .null,
                        "second": $0.second.map { .string($0) } ?? .null,
                    ]
                }),
        ]
    }
}

extension CheckpointDifference.Tensor {
    init(_ name: String, _ first: [Float], _ second: [Float]) {
        (self.name, elements) = (name, first.count)
        for (place, (a, b)) in zip(first, second).enumerated() where a.bitPattern != b.bitPattern {
            differing += 1
            if self.first == nil { self.first = place }
            largestULPs = max(largestULPs, abs(Self.rank(a) - Self.rank(b)))
            let distance = abs(Double(a) - Double(b))
            if distance.isNaN || distance > largest { largest = distance }
        }
    }

    /// A float's place among all floats: neighbours are one apart, and both zeros are one.
    private static func rank(_ value: Float) -> Int {
        let magnitude = Int(value.bitPattern & 0x7FFF_FFFF)
        return value.sign == .minus ? -magnitude : magnitude
    }
}

/// Two checkpoints that are not the same.
public struct CheckpointsDiffer: StatusError, CustomStringConvertible {
    public let description: String

    public init(_ difference: CheckpointDifference) {
        let first = difference.tensors.first { $0.first != nil }?.name
        description =
            "\(difference.files.joined(separator: " and ")) differ"
            + (first.map { ", in '\($0)' first" } ?? ": they hold other tensors")
    }

    public var exitStatus: ExitStatus { .integrity }
}
