import Formats

/// A run folder's checkpoints: `step-00000469.safetensors` and so on.
public struct CheckpointStore: Sendable {
    public let folder: String

    public init(folder: String) { self.folder = folder }

    public func path(step: Int) -> String {
        let digits = "\(step)"
        return
            "\(folder)/step-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).safetensors"
    }

    /// Whether there is a checkpoint of a step, sound or not.
    public func holds(step: Int) -> Bool { Files.exists(path(step: step)) }

    /// The checkpoints' steps, newest first.
    public func steps() throws(FileError) -> [Int] {
        guard Files.isDirectory(folder) else { return [] }
        return try Files.list(folder).compactMap { name in
            Self.step(ofFile: name).flatMap { path(step: $0) == "\(folder)/\(name)" ? $0 : nil }
        }.sorted { $0 > $1 }
    }

    /// The step that a file's name tells; nil where it tells none.
    public static func step(ofFile path: String) -> Int? {
        let name = path.split(separator: "/").last ?? ""
        guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
        return Int(name.dropFirst(5).dropLast(12))
    }

    /// What a file is good for.
    public enum Soundness: String, Sendable {
        case sound
        /// It was read, and is not what was written.
        case damaged
        /// It may be as good as ever: no permission, an error of the disk, or no file at all.
        case unreadable
    }

    public func soundness(ofStep step: Int) -> Soundness {
        do {
            _ = try Checkpoint(path: path(step: step))
            return .sound
        } catch let error as FileError where error.kind == .malformed {
            return .damaged
        } catch {
            return .unreadable
        }
    }

    /// Publishes a checkpoint once it reads back whole; only then deletes all but the `keepLast` newest. What cannot be read
    /// is never deleted; it is moved aside where it stands in the way.
    ///
    /// - Parameters:
    ///   - free: bytes that may still be written there; nil where nobody knows.
    ///   - keeping: another step that is kept, given that of the oldest of the newest.
    public func publish(
        _ bytes: [UInt8], step: Int, keepLast: Int, free: (String) -> Int? = Files.freeSpace,
        keeping: (_ oldest: Int) -> Int? = { _ in nil }
    ) throws {
        try Files.requireSpace(for: bytes.count, at: path(step: step), free: free(folder))
        if Files.exists(path(step: step)) {
            let soundness = soundness(ofStep: step)
            if soundness != .sound { try Files.moveAside(path(step: step), as: soundness.rawValue) }
        }
        try Files.publish(path(step: step), bytes) { temporary throws(FileError) in
            guard let written = try? Checkpoint(path: temporary), written.step == step else {
                throw FileError(
                    .ioFailure, temporary,
                    "what was written does not read back as checkpoint of step \(step)",
                    advice: "check the disk")
            }
        }
        let all = try steps().filter { $0 <= step }
        let best = all.prefix(keepLast).last.flatMap(keeping)
        for old in all.dropFirst(keepLast) where old != best && (try? Files.read(path(step: old))) != nil {
            try Files.remove(path(step: old))
        }
    }

    /// The newest checkpoint that is whole, or nil if there is none at all.
    ///
    /// - Parameter report: told about every damaged checkpoint that is passed over.
    /// - Throws: `CheckpointError` if there are checkpoints but none is whole.
    public func newestValid(report: (String) -> Void) throws -> Checkpoint? {
        let steps = try steps()
        for step in steps {
            do {
                return try Checkpoint(path: path(step: step))
            } catch {
                report("passing over a checkpoint: \(error)")
            }
        }
        if steps.isEmpty { return nil }
        throw CheckpointError(noneOf: steps.count, in: folder)
    }
}

/// A run that has got somewhere, but has no checkpoint that it could go on from.
public struct CheckpointError: StatusError, CustomStringConvertible {
    public let description: String

    public var exitStatus: ExitStatus { .integrity }

    private init(_ folder: String, _ reason: String) {
        description =
            "\(folder): \(reason); restore one from a copy, or start a new run in another --run-dir"
    }

    /// None of them can be trusted.
    init(noneOf count: Int, in folder: String) {
        self.init(folder, "none of the \(count) checkpoints is whole")
    }

    /// They are no longer there.
    ///
    /// - Parameter evidence: what tells that they were.
    public init(gone folder: String, evidence: String) {
        self.init(folder, "there is no checkpoint, but its run had got to one: \(evidence)")
    }
}
