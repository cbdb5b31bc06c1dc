import Formats
import Training

/// The verbs `checkpoint ls` and `checkpoint verify`: checkpoints, each read and proven whole.
public struct CheckpointListing: Sendable {
    /// A checkpoint's file, as it was found.
    public struct Item: Equatable, Sendable {
        public let file: String
        /// What the file holds, else what its name tells; nil where neither does.
        public let step: Int?
        /// Nil of a file that cannot be read.
        public let bytes: Int?
        /// Which run it is of; nil where it does not say.
        public let runID: String?
        /// Of the run's evaluation at its step; nil where the folder records none.
        public let accuracy: Double?
        /// What is wrong with it; nil of a sound one.
        public let damage: String?
    }

    public private(set) var items: [Item] = []

    public var isSound: Bool { items.allSatisfy { $0.damage == nil } }

    /// - Parameter paths: checkpoints, or run folders, which stand for all of theirs.
    /// - Throws: `FileError.missing` if there is no such path, or a folder holds none.
    public init(_ paths: [String]) throws {
        for path in paths {
            guard Files.isDirectory(path) else {
                guard Files.exists(path) else {
                    throw FileError(
                        .missing, path, "there is no such file or folder",
                        advice: "name a run's folder, or a file of its checkpoints/")
                }
                items.append(Item(path, step: CheckpointStore.step(ofFile: path), accuracy: nil))
                continue
            }
            let folder = RunFolder(path: path)
            let steps = try folder.checkpoints.steps()
            guard !steps.isEmpty else {
                throw FileError(
                    .missing, path, "holds no checkpoint", advice: "name the folder of a run (--run-dir)")
            }
            let accuracies = folder.accuracies
            items += steps.reversed().map {
                Item(folder.checkpoints.path(step: $0), step: $0, accuracy: accuracies[$0])
            }
        }
    }

    /// One line for each, the broken ones marked.
    public var text: String {
        let steps = items.map { $0.step.map { "\($0)" } ?? "?" }
        let sizes = items.map { $0.bytes.map { "\($0)" } ?? "?" }
        func right(_ text: String, _ column: [String]) -> String {
            String(repeating: " ", count: (column.map(\.count).max() ?? 0) - text.count) + text
        }
        return items.indices.map { index in
            let item = items[index]
            let accuracy = item.accuracy.map { "  accuracy \(NumberText.fixed($0, 4))" } ?? ""
            return (item.damage == nil ? "ok     " : "BROKEN ") + "step \(right(steps[index], steps))  "
                + "\(right(sizes[index], sizes)) bytes\(accuracy)  " + (item.damage ?? item.file)
        }.joined(separator: "\n")
    }

    public var json: JSON {
        [
            "sound": .bool(isSound),
            "checkpoints": .array(
                items.map { item in
                    [
                        "file": .string(item.file), "step": item.step.map { .integer($0) } ?? .null,
                        "bytes": item.bytes.map { .integer($0) } ?? .null,
                        "run_id": item.runID.map { .string($0) } ?? .null,
                        "accuracy": item.accuracy.map { .number($0) } ?? .null,
                        "sound": .bool(item.damage == nil),
                        "message": item.damage.map { .string($0) } ?? .null,
                    ]
                }),
        ]
    }
}

extension CheckpointListing.Item {
    /// Reads a file.
    fileprivate init(_ file: String, step: Int?, accuracy: Double?) {
        do {
            let checkpoint = try Checkpoint(path: file)
            self.init(
                file: file, step: checkpoint.step, bytes: checkpoint.file.bytes.count,
                runID: checkpoint.runID, accuracy: accuracy, damage: nil)
        } catch {
            self.init(
                file: file, step: step, bytes: (try? Files.read(file))?.count, runID: nil,
                accuracy: accuracy, damage: "\(error)")
        }
    }
}

extension RunFolder {
    /// What its evaluations recorded, by their steps; lines that say nothing are passed over.
    fileprivate var accuracies: [Int: Double] {
        let lines = ((try? Files.read(metrics)) ?? []).split(separator: UInt8(ascii: "\n"))
        let pairs = lines.compactMap { line -> (Int, Double)? in
            guard let json = try? JSON(parsing: Array(line)), json["state_sha256"] != nil,
                let step = json["step"]?.intValue, let accuracy = json["accuracy"]?.doubleValue
            else { return nil }
            return (step, accuracy)
        }
        return Dictionary(pairs) { $1 }
    }
}

/// Checkpoints that are not what was written.
public struct DamagedCheckpoints: StatusError, CustomStringConvertible {
    let count: Int

    public init(_ listing: CheckpointListing) { count = listing.items.count { $0.damage != nil } }

    public var exitStatus: ExitStatus { .integrity }

    public var description: String {
        "\(count) \(count == 1 ? "checkpoint is" : "checkpoints are") not sound: see what is marked as broken; --resume auto "
            + "passes over such"
    }
}
