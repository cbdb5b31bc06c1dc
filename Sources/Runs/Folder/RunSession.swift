import Collectives
import Formats
import Training

/// The start of a run that keeps a folder.
struct RunSession {
    let profile: RunProfile
    let clock: Clock
    /// The command line.
    let arguments: [String]

    /// Makes the folder, or rewinds it to what the run goes on from, and gives each rank its recorder.
    ///
    /// - Parameters:
    ///   - resumes: whether a folder in which a run ended before its first checkpoint will do.
    ///   - display: made where it is used, on rank 0.
    ///   - output: takes what is for stdout.
    /// - Throws: `AgreedFailure` on all ranks if rank 0 cannot write.
    func makeRecorder(
        _ job: TrainingJob, resumes: Bool, display: () -> any ProgressReporter,
        output: @escaping (String) -> Void
    ) throws -> any RunRecorder {
        let hosts = try job.world.hostNames()
        return try job.world.agree {
            guard job.world.rank == 0 else { return Worker() }
            var profile = profile
            let folder = profile.folder
            let checkpoint = profile.resumption?.checkpoint
            var run = RunIdentity(dataDigest: job.data.digest, settings: profile.identitySettings)
            if let resumption = profile.resumption {
                run = resumption.run.continued(at: resumption.checkpoint.step, with: run.settings)
            }
            if let checkpoint, RunFolder(holding: checkpoint.file.path)?.isSameFolder(as: folder) == true {
                run = try folder.identity ?? profile.resumption?.run ?? run
                try folder.rewind(to: checkpoint)
            } else if resumes, folder.holdsRun {
                try folder.rewind(to: nil)  // its run ended before the first checkpoint
            } else {
                try folder.create()
            }
            profile.runID = run.id
            try Files.publish(folder.runFile, Array(run.json.prettyText.utf8))
            let undone = try folder.record(
                profile.resumption?.changes ?? [], at: checkpoint?.step ?? 0)
            profile.resumption?.notes += undone
            try Files.publish(folder.config, Array(JSON.object(profile.settings).prettyText.utf8))
            let environment = RunEnvironment(
                job: job, data: profile.data, hosts: hosts, commandLine: arguments, started: clock.utc())
            try Files.publish(folder.environment, Array(environment.json.prettyText.utf8))
            return try Coordinator(job, profile, display: display(), clock: clock, output: output)
        }
    }
}
