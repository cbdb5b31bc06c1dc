import Collectives
import Formats
import Glibc
import Runs
import Training

extension TrainerCommand {
    /// Does what the command line asks for, in the world that was started, and ends the process with its status.
    public func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        startProcess(trains: asksToTrain(arguments))
        if arguments.first == "launch" { LaunchRun.holdSignals() }
        let output = StandardOutput()
        let environment = processEnvironment()
        let launcher = Launcher { environment[$0] }
        if launcher == nil, let text = welcome(arguments, environment: environment) {
            output.write(text)
            exit(ExitStatus.inputMissing.rawValue)
        }
        // Whatever becomes of the command line, those who asked for events are told by one.
        let isJSON = arguments.last { ["--json", "--no-json"].contains($0) } == "--json"
        let listener: FailureListener = { failure in
            if isJSON { output.write(failure.event) }
        }
        // Ranks come to one verdict on the command line, and only then begin: one that ended before MPI started would make
        // mpirun kill the others, the one that tells among them, with a status of its own.
        func runAgreed(
            threads: Int = 1, watchedFor seconds: Double? = nil,
            _ body: @escaping @Sendable (any Communicator) throws -> Void
        ) -> Never {
            runInWorld(launcher, threads: threads, watchedFor: seconds, listener: listener) { world in
                try world.heartbeat.during(.starting) { try world.agree {} }
                try body(world)
                try world.agree { try output.requireWritten() }
            }
        }
        if let problem = catalog.problem {
            runInWorld(launcher, listener: listener) { world in try world.agree { throw problem } }
        }
        let isFirst = (environment["OMPI_COMM_WORLD_RANK"] ?? environment["PMIX_RANK"] ?? "0") == "0"
        let command: Command
        do throws(UsageError) {
            command = try parse(arguments, environment: environment)
        } catch {
            runInWorld(launcher, listener: listener) { world in try world.agree { throw error } }
        }
        switch command {
        case .help(let text): if isFirst { output.printAlone(text) }
        case .version: if isFirst { output.printAlone(versionText + "\n") }
        case .train(let options):
            let threads = options.threads(catalog, isLaunched: launcher != nil)
            runAgreed(threads: threads, watchedFor: options.timeout(catalog)) { world in
                let console = Console(
                    arguments: CommandLine.arguments, output: { output.write($0) },
                    warn: { StandardError.tell("\(name): warning: \($0)") },
                    makeDisplay: {
                        StandardError.progress($0.progress, quiet: $0.quiet, environment: environment)
                    })
                try TrainingRun(catalog, world: world, console: console).run {
                    try options.layers(catalog, resuming: $0)
                }
            }
        case .launch(let options):
            do {
                guard launcher == nil else {
                    throw UsageError("launch starts mpirun itself: start it alone, once")
                }
                let run = try LaunchRun(
                    catalog, options.settings, program: name, arguments: options.arguments,
                    commandLine: CommandLine.arguments, environment: environment
                ) { try options.train.layers(catalog, resuming: $0) }
                exit(try run.run().rawValue)
            } catch {
                runInWorld(launcher, listener: listener) { world in try world.agree { throw error } }
            }
        case .doctor(let options):
            guard launcher == nil else {
                let error = UsageError("doctor examines one machine: start it alone")
                runInWorld(launcher, listener: listener) { world in try world.agree { throw error } }
            }
            let findings = Doctor(
                catalog, data: options.data, runDir: options.runDir, environment: environment
            ).examine()
            output.printAlone(
                (options.json
                    ? Event.diagnosis.line([("findings", .array(findings.map(\.json)))])
                    : findings.map(\.line).joined(separator: "\n")) + "\n")
            exit(findings.exitStatus.rawValue)
        case .evaluate(let options):
            runAgreed(threads: options.threads(isLaunched: launcher != nil)) { world in
                let (file, data) = try world.agree { try options.model.find(catalog) }
                let evaluation = try EvaluationRun(catalog, world: world, note: note(options.quiet)).run(
                    modelFile: file, data: data, logits: options.logitsFile, confusion: options.confusionFile)
                guard world.rank == 0 else { return }
                let paths: [(String, JSON)] = [("model_file", .string(file)), ("data", .string(data))]
                output.write(
                    options.json ? Event.evaluation.line(evaluation.json, paths) : evaluation.summary)
            }
        case .predict(let options):
            runAgreed { world in
                let (file, _) = try world.agree { try options.model.find(catalog) }
                let predictions = try PredictionRun(catalog, world: world, note: note(options.quiet)).run(
                    modelFile: file, images: options.images, index: options.index)
                guard world.rank == 0 else { return }
                output.write(options.json ? Event.predictions.line(predictions.json) : predictions.table)
            }
        case .bench(let options):
            let threads = options.threads(catalog, isLaunched: launcher != nil)
            runAgreed(threads: threads) { try options.run(catalog, in: $0, output: output) }
        case .verify(let options):
            runAgreed(threads: options.threads(catalog, isLaunched: launcher != nil)) { world in
                let found = try VerificationRun(catalog, world: world).run(
                    options.run, data: options.data, from: options.from, to: options.to)
                try world.agree {
                    guard world.rank == 0 else { return }
                    output.write(options.json ? Event.verification.line(found.json) : found.text)
                    if !found.isSound { throw VerificationFailure(folder: options.run) }
                }
            }
        case .replay(let options):
            runAgreed(threads: options.threads(catalog, isLaunched: launcher != nil)) { world in
                let replay = try ReplayRun(catalog, world: world).run(
                    options.run, step: options.step, data: options.data)
                if world.rank == 0 {
                    output.write(options.json ? Event.replay.line(replay.json) : replay.text)
                }
            }
        case .checkpoint(let options):
            runAgreed { world in
                try world.agree { if world.rank == 0 { try options.run { output.write($0) } } }
            }
        case .visualize(let options):
            runAgreed { world in
                let (file, data) = try world.agree { try options.model.find(catalog) }
                let shown = try IllustrationRun(catalog, world: world, note: note(options.quiet)).run(
                    modelFile: file, data: data, index: options.index)
                try world.agree {
                    guard world.rank == 0 else { return }
                    let paths = try Pictures(of: shown).publish(in: options.out)
                    let files: [(String, JSON)] = [("files", .array(paths.map { .string($0) }))]
                    output.write(options.json ? Event.pictures.line(files) : paths.joined(separator: "\n"))
                }
            }
        }
    }
}

/// Whether a command line is one of `train`, whose signals ask to stop and to save.
private func asksToTrain(_ arguments: [String]) -> Bool {
    arguments.first.map { $0 == "train" || $0.hasPrefix("-") } ?? true
}

extension StandardOutput {
    /// Writes all that the process has to say.
    fileprivate func printAlone(_ text: String) {
        write(text: text)
        do throws(FileError) {
            try requireWritten()
        } catch {
            StandardError.tell("error: \(error)")
            exit(ExitStatus(of: error).rawValue)
        }
    }
}

extension Failure {
    /// What those are told who asked for events.
    fileprivate var event: String {
        let status: (String, JSON) = ("status", .integer(Int(status.rawValue)))
        guard let stop else {
            return Event.error.line([status, ("rank", .integer(rank)), ("message", .string(message))])
        }
        return Event.stopped.line([
            status, ("step", .integer(stop.step)), ("total_steps", .integer(stop.totalSteps)),
            ("command", .string(stop.command)),
        ])
    }
}

extension TrainerCommand {
    /// Takes notes for stderr.
    private func note(_ isQuiet: Bool) -> (String) -> Void {
        { if !isQuiet { StandardError.tell("\(name): note: \($0)") } }
    }
}
