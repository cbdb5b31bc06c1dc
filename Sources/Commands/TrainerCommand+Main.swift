import Collectives
import Formats
import Glibc
import Runs
import Training

extension TrainerCommand {
    /// Does what the command line asks for, in the world that was started, and ends the process with its status.
    public func main() {
        let environment = processEnvironment()
        let arguments = Array(CommandLine.arguments.dropFirst())
        let launcher = Launcher { environment[$0] }
        if launcher == nil, let text = welcome(arguments, environment: environment) {
            emit(text)
            exit(ExitStatus.inputMissing.rawValue)
        }
        // Whatever becomes of the command line, those who asked for events are told by one.
        let isJSON = arguments.last { ["--json", "--no-json"].contains($0) } == "--json"
        let listener: FailureListener = { failure in
            guard isJSON else { return }
            emit(
                Event.error.line([
                    ("status", .integer(Int(failure.status.rawValue))), ("rank", .integer(failure.rank)),
                    ("message", .string(failure.message)),
                ]))
        }
        // Ranks come to one verdict on the command line, and only then begin: one that ended before MPI started would make
        // mpirun kill the others, the one that tells among them, with a status of its own.
        func runAgreed(
            threads: Int = 1, _ body: @escaping @Sendable (any Communicator) throws -> Void
        ) -> Never {
            runInWorld(launcher, threads: threads, listener: listener) { world in
                try world.agree {}
                try body(world)
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
        case .help(let text): if isFirst { print(text, terminator: "") }
        case .version: if isFirst { print(versionText) }
        case .train(let options):
            let threads = options.threads(catalog, isLaunched: launcher != nil)
            runAgreed(threads: threads) { world in
                let console = Console(
                    arguments: CommandLine.arguments, output: emit,
                    warn: { StandardError.write("\(name): warning: \($0)\n") },
                    makeDisplay: {
                        StandardError.progress($0.progress, quiet: $0.quiet, environment: environment)
                    })
                try TrainingRun(catalog, world: world, console: console).run {
                    try options.layers(catalog, resuming: $0)
                }
            }
        case .evaluate(let options):
            runAgreed(threads: options.threads(isLaunched: launcher != nil)) { world in
                let (file, data) = try world.agree { try options.model.find(catalog) }
                let evaluation = try EvaluationRun(catalog, world: world, note: note(options.quiet)).run(
                    modelFile: file, data: data, logits: options.logitsFile, confusion: options.confusionFile)
                guard world.rank == 0 else { return }
                let paths: [(String, JSON)] = [("model_file", .string(file)), ("data", .string(data))]
                emit(options.json ? Event.evaluation.line(evaluation.json, paths) : evaluation.summary)
            }
        case .predict(let options):
            runAgreed { world in
                let (file, _) = try world.agree { try options.model.find(catalog) }
                let predictions = try PredictionRun(catalog, world: world, note: note(options.quiet)).run(
                    modelFile: file, images: options.images, index: options.index)
                guard world.rank == 0 else { return }
                emit(options.json ? Event.predictions.line(predictions.json) : predictions.table)
            }
        case .bench(let options):
            let threads = options.threads(catalog, isLaunched: launcher != nil)
            runAgreed(threads: threads) { try options.run(catalog, in: $0) }
        case .visualize(let options):
            runAgreed { world in
                let (file, data) = try world.agree { try options.model.find(catalog) }
                let shown = try IllustrationRun(catalog, world: world, note: note(options.quiet)).run(
                    modelFile: file, data: data, index: options.index)
                try world.agree {
                    guard world.rank == 0 else { return }
                    let paths = try Pictures(of: shown).publish(in: options.out)
                    let files: [(String, JSON)] = [("files", .array(paths.map { .string($0) }))]
                    emit(options.json ? Event.pictures.line(files) : paths.joined(separator: "\n"))
                }
            }
        }
    }
}

extension TrainerCommand {
    /// Takes notes for stderr.
    private func note(_ isQuiet: Bool) -> (String) -> Void {
        { if !isQuiet { StandardError.write("\(name): note: \($0)\n") } }
    }
}

/// Prints a line of stdout, at once: who reads it may wait for it.
private func emit(_ line: String) {
    print(line)
    fflush(nil)
}
