import Formats
import Training

/// How a run stands, as `status.json` in its folder tells launchers and schedulers.
///
/// That a run is through is told by `done` alone: a `model.safetensors` may be of an end that the run has gone on from.
/// A run that was killed leaves `running`; whether it still runs is for `run.lock` to tell.
public struct RunStatus: Equatable, Sendable {
    public enum State: String, Sendable {
        case running
        /// It came to its end, and its model is published.
        case done
        /// It was asked to end early, and can be gone on with.
        case stopped
        /// It ended early by itself; with status 75 it can be gone on with.
        case failed
    }

    public var state: State
    /// What the process ends with; nil while it runs.
    public var exitStatus: ExitStatus?
    /// Steps taken, as far as was known when this was written.
    public var step: Int
    public var totalSteps: Int
    /// The step of the newest checkpoint; nil before the first.
    public var checkpointStep: Int?
    /// That of the best one, where it is kept.
    public var bestStep: Int?
    /// Why it stopped or failed.
    public var cause: String?
    /// SHA-256 of parameters and optimizer state at the end, and of the file of the model.
    public var stateHash, modelHash: String?
    /// Where rank 0 runs, and since when this is so.
    public var host: String
    public var pid: Int
    public var time: String

    /// What a run folder tells; nil where it tells nothing.
    public init?(of folder: RunFolder) {
        guard let bytes = try? Files.read(folder.status, limit: 1 << 20), let json = try? JSON(parsing: bytes)
        else { return nil }
        self.init(json)
    }

    init(_ state: State, step: Int, of totalSteps: Int, host: String, pid: Int, time: String) {
        (self.state, self.step, self.totalSteps) = (state, step, totalSteps)
        (self.host, self.pid, self.time) = (host, pid, time)
    }

    init?(_ json: JSON) {
        guard let state = json["state"]?.stringValue.flatMap(State.init(rawValue:)) else { return nil }
        self.init(
            state, step: json["step"]?.intValue ?? 0, of: json["total_steps"]?.intValue ?? 0,
            host: json["host"]?.stringValue ?? "", pid: json["pid"]?.intValue ?? 0,
            time: json["time"]?.stringValue ?? "")
        exitStatus = json["exit_status"]?.intValue.flatMap { Int32(exactly: $0) }.flatMap(
            ExitStatus.init(rawValue:))
        checkpointStep = json["checkpoint_step"]?.intValue
        bestStep = json["best_step"]?.intValue
        cause = json["cause"]?.stringValue
        stateHash = json["state_sha256"]?.stringValue
        modelHash = json["model_sha256"]?.stringValue
    }

    var json: JSON {
        let known: [(String, JSON?)] = [
            ("state", .string(state.rawValue)),
            ("exit_status", exitStatus.map { .integer(Int($0.rawValue)) }),
            ("step", .integer(step)), ("total_steps", .integer(totalSteps)),
            ("checkpoint_step", checkpointStep.map { .integer($0) }),
            ("best_step", bestStep.map { .integer($0) }),
            ("cause", cause.map { .string($0) }),
            ("state_sha256", stateHash.map { .string($0) }),
            ("model_sha256", modelHash.map { .string($0) }),
            ("host", .string(host)), ("pid", .integer(pid)), ("time", .string(time)),
        ]
        return .object(JSONObject(known.compactMap { key, value in value.map { (key, $0) } }))
    }
}
