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

    /// The checkpoints' steps, newest first.
    public func steps() throws(FileError) -> [Int] {
        guard Files.isDirectory(folder) else { return [] }
        return try Files.list(folder).compactMap(Self.step).sorted(by: >)
    }

    /// The step that a file's name tells; nil where it tells none.
    static func step(ofFile path: String) -> Int? {
        let name = path.split(separator: "/").last ?? ""
        guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
        return Int(name.dropFirst(5).dropLast(12))
    }

    /// Publishes a checkpoint once it reads back whole; only then deletes all but the `keepLast` newest.
    public func publish(_ bytes: [UInt8], step: Int, keepLast: Int) throws {
        try Files.publish(path(step: step), bytes) { temporary throws(FileError) in
            guard let written = try? Checkpoint(path: temporary), written.step == step else {
                throw FileError(
                    .ioFailure, temporary,
                    "what was written does not read back as checkpoint of step \(step)",
                    advice: "check the disk")
            }
        }
        for old in try steps().filter({ $0 <= step }).dropFirst(keepLast) {
            try Files.remove(path(step: old))
        }
    }

    /// Deletes the checkpoints of later steps.
    public func remove(after step: Int) throws(FileError) {
        for later in try steps() where later > step { try Files.remove(path(step: later)) }
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
        throw CheckpointError(folder: folder, count: steps.count)
    }
}

/// None of a run's checkpoints can be trusted.
public struct CheckpointError: StatusError, CustomStringConvertible {
    let folder: String
    let count: Int

    public var exitStatus: ExitStatus { .integrity }

    public var description: String {
        """
        \(folder): none of the \(count) checkpoints is whole; restore one from a copy, or start a new run in another \
        --run-dir
        """
    }
}
