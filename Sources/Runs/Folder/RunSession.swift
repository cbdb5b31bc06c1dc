import Collectives
import Formats
import Training

/// The start of a run that keeps a folder.
struct RunSession {
    let profile: RunProfile
    let clock: Clock
    /// The command line.
    let arguments: [String]
    /// Takes a warning.
    let warn: (String) -> Void

    /// Makes the folder, or rewinds it to what the run goes on from, and gives each rank its recorder.
    ///
    /// - Parameters:
    ///   - start: what rank 0 found.
    ///   - resumes: whether a folder was to be gone on with, if there was one.
    ///   - display: made where it is used, on rank 0.
    ///   - output: takes what is for stdout.
    /// - Throws: `AgreedFailure` on all ranks if rank 0 cannot write.
    func makeRecorder(
        _ job: TrainingJob, from start: RunStart, resumes: Bool, display: () -> any ProgressReporter,
        output: @escaping (String) -> Void
    ) throws -> any RunRecorder {
        let hosts = try job.world.hostNames()
        return try job.world.agree {
            guard job.world.rank == 0 else { return Worker() }
            var profile = profile
            let folder = profile.folder
            let checkpoint = start.checkpoint
            let goesOn = start.lock != nil
            let lock = try start.lock ?? folder.create(at: clock.utc(), warn: warn)
            let rewind = try Rewind(folder, to: goesOn ? checkpoint : nil)
            let run = try identity(job, goesOn: goesOn)
            profile.runID = run.id
            let status = try StatusFile(folder, step: job.state.step, of: job.totalSteps, clock: clock)
            GoingOn.tell(status)
            do {
                try rewind.apply(warn: warn)
                try Files.publish(folder.runFile, Array(run.json.prettyText.utf8))
                let undone = try folder.record(
                    profile.resumption?.changes ?? [], at: checkpoint?.step ?? 0)
                profile.resumption?.notes += undone
                try Files.publish(folder.config, Array(JSON.object(profile.settings).prettyText.utf8))
                let environment = RunEnvironment(
                    job: job, data: profile.data, hosts: hosts, commandLine: arguments, started: clock.utc())
                try Files.publish(folder.environment, Array(environment.json.prettyText.utf8))
                let display = display()
                if resumes, job.state.step == 0, !profile.isQuiet { display.line(opening(start)) }
                return try Coordinator(
                    job, profile, lock: lock, status: status, display: display, clock: clock, warn: warn,
                    output: output)
            } catch {
                status.ended(error, step: job.state.step)
                throw error
            }
        }
    }

    /// Which run it is: the folder's own, where it goes on there with a checkpoint; elsewhere a branch of the checkpoint's.
    private func identity(_ job: TrainingJob, goesOn: Bool) throws(FileError) -> RunIdentity {
        guard let resumption = profile.resumption else {
            return RunIdentity(dataDigest: job.data.digest, settings: profile.identitySettings)
        }
        if goesOn { return try profile.folder.identity ?? resumption.run }
        return resumption.run.continued(at: resumption.checkpoint.step, with: profile.identitySettings)
    }

    /// What is said where there was nothing to resume: the folder's name may be misspelt.
    private func opening(_ start: RunStart) -> String {
        start.lock == nil
            ? "starting anew in \(profile.folder.path): no run is there to go on with"
            : "starting again in \(profile.folder.path): its run ended before its first checkpoint"
    }
}
