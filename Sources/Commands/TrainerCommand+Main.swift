import Collectives
import Formats
import Glibc
import Runs
import Training

extension TrainerCommand {
    /// Does what the command line asks for, in the world that was started, and ends the process with its status.
    public func main() {
        let environment = processEnvironment()
        let launcher = Launcher { environment[$0] }
        // Ranks come to one verdict on the command line, and only then begin: one that ended before MPI started would make
        // mpirun kill the others, the one that tells among them, with a status of its own.
        func runAgreed(
            threads: Int = 1, _ body: @escaping @Sendable (any Communicator) throws -> Void
        ) -> Never {
            runInWorld(launcher, threads: threads) { world in
                try world.agree {}
                try body(world)
            }
        }
        if let problem = catalog.problem {
            runInWorld(launcher) { world in try world.agree { throw problem } }
        }
        let isFirst = (environment["OMPI_COMM_WORLD_RANK"] ?? environment["PMIX_RANK"] ?? "0") == "0"
        let command: Command
        do throws(UsageError) {
            command = try parse(Array(CommandLine.arguments.dropFirst()), environment: environment)
        } catch {
            runInWorld(launcher) { world in try world.agree { throw error } }
        }
        switch command {
        case .help(let text): if isFirst { print(text, terminator: "") }
        case .version: if isFirst { print(versionText) }
        case .train(let options):
            let threads = options.threads(catalog, isLaunched: launcher != nil)
            runAgreed(threads: threads) { world in
                let console = Console(
                    arguments: CommandLine.arguments, output: { print($0) },
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
                let evaluation = try EvaluationRun(catalog, world: world).run(
                    modelFile: options.modelFile, data: options.data, logits: options.logitsFile,
                    confusion: options.confusionFile)
                if world.rank == 0 { print(options.json ? evaluation.json.text : evaluation.summary) }
            }
        case .predict(let options):
            runAgreed { world in
                let predictions = try PredictionRun(catalog, world: world).run(
                    modelFile: options.modelFile, images: options.images, index: options.index)
                if world.rank == 0 { print(options.json ? predictions.json.text : predictions.table) }
            }
        case .bench(let options):
            let threads = options.threads(catalog, isLaunched: launcher != nil)
            runAgreed(threads: threads) { try options.run(catalog, in: $0) }
        case .visualize(let options):
            runAgreed { world in
                let shown = try IllustrationRun(catalog, world: world).run(
                    modelFile: options.modelFile, data: options.data, index: options.index)
                try world.agree {
                    guard world.rank == 0 else { return }
                    for path in try Pictures(of: shown).publish(in: options.out) { print(path) }
                }
            }
        }
    }
}
