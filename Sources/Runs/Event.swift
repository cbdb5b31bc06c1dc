import Formats

/// What a verb tells a program under `--json`: objects of one line each, told apart by `event`. docs/json.md lists them.
public enum Event: String, CaseIterable, Sendable {
    /// A training run: it begins, has taken some steps, was tested, has saved a checkpoint, is through.
    case start, train, eval, checkpoint, done
    /// What `train --dry-run` would do.
    case plan
    /// What `evaluate`, `predict`, `visualize` and `bench` found or made.
    case evaluation, predictions, pictures
    /// What `verify` and `replay` found.
    case verification, replay
    /// What `checkpoint` found: of each, and of two.
    case checkpoints, difference
    case benchStep = "bench_step"
    case benchKernels = "bench_kernels"
    /// What `doctor` found.
    case diagnosis
    /// A training run ends because it was asked to.
    case stopped
    /// Why the process ends, with its exit status.
    case error

    /// Raised when a key changes its meaning or goes; new ones may come any time.
    private static let schema = 1

    /// The event's line, without the newline.
    public func line(_ members: [(String, JSON)]) -> String {
        let head: [(String, JSON)] = [("event", .string(rawValue)), ("schema", .integer(Self.schema))]
        return JSON.object(JSONObject(head + members)).text
    }

    /// The same with an object's members, and more.
    public func line(_ object: JSON, _ more: [(String, JSON)] = []) -> String {
        line((object.objectValue?.members.map { ($0.key, $0.value) } ?? []) + more)
    }
}
