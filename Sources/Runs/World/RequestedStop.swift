import Collectives
import Glibc
import Training

/// The end of a run that was asked to stop, on every rank: no error.
public struct RequestedStop: StatusError, Equatable, CustomStringConvertible {
    public let step, totalSteps: Int
    /// The command line that goes on.
    public let command: String
    /// Whether there is nobody to be told.
    let isQuiet: Bool
    /// What else there is to say of it, with a comma before.
    var remark = ""

    public var exitStatus: ExitStatus { .resumable }

    public var description: String {
        "stopped at step \(step) of \(totalSteps)\(remark); go on with: \(command)"
    }
}

extension RequestedStop {
    /// What else there is to say of a run that ended so, on rank 0.
    ///
    /// - Parameter limit: in words, what set the time that it ran out of: "--max-time 60".
    static func remark(_ trainer: Trainer, newest: Int?, limit: String) -> String {
        (trainer.ranOutOfTime ? ", for \(limit) is nearly over" : "")
            + (newest.map { $0 < trainer.state.step ? ", the newest checkpoint being of step \($0)" : "" }
                ?? ", without any checkpoint")
    }

    /// The variable by which `launch` tells its ranks its own command line: that is what goes on, then.
    static let launchCommand = "LOCKSTEP_LAUNCH_COMMAND"

    /// The words of a command line as a shell takes them, behind what starts as many processes as the world has.
    ///
    /// - Parameter environment: a variable's value, if it is set.
    static func command(
        _ words: [String], in world: WorldDescription,
        environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }
    ) -> String {
        if let line = environment(launchCommand) { return line }
        let line = words.map(shellQuoted).joined(separator: " ")
        if world.library == nil { return line }
        let isSlurm = environment("OMPI_COMM_WORLD_SIZE") == nil && environment("SLURM_STEP_NUM_TASKS") != nil
        return (isSlurm ? "srun --mpi=pmix -n" : "mpirun -np") + " \(world.processes) \(line)"
    }
}
