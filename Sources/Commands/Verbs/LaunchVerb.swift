import Runs
import Training

/// What `trainer launch` was given.
struct LaunchOptions: Equatable, Sendable {
    var settings = LaunchSettings()
    /// What follows `train`, and what it amounts to.
    var arguments: [String] = []
    var train = TrainOptions()

    static let fields: [Field<LaunchSettings>] = [
        Field(
            "np", \.ranks, .integer(1...4096), "N", unit: "ranks", unset: "auto", group: "Options",
            help: "most ranks; auto = one per slot of the hostfile, or per core without one, as far as there "
                + "are shards"),
        Field(
            "hostfile", \.hostfile, .text, "FILE", unset: "none", group: "Options",
            help: "hosts, lines 'name slots=N'; read again at each restart, and hosts that do not answer are "
                + "left out; none = this machine, or what a batch system gave"),
        Field(
            "max_restarts", \.maxRestarts, .integer(from: 0), "K", unit: "restarts", group: "Options",
            help: "restarts after faults; three starts in a row without a new checkpoint are the end too"),
        Field(
            "min_np", \.minRanks, .integer(1...4096), "M", unit: "ranks", group: "Options",
            help: "fewest ranks to go on with when hosts are gone; the result does not depend on it"),
        Field(
            "elastic", \.isElastic, .boolean, group: "Options",
            help: "look for hosts that came or went while the job runs, and go on with them after a "
                + "checkpoint"),
        Field(
            "network", \.network, .text, "NET", unset: "auto", group: "Options",
            help: "interface or subnet for all traffic, such as eth0 or 10.0.0.0/8; auto = Open MPI chooses"),
        Field(
            "bind_to", \.binding, .choice(LaunchSettings.Binding.self), "WHAT", group: "Options",
            help: "what a rank is bound to; auto = its core, unless ranks share cores"),
        Field(
            "dry_run", \.dryRun, .boolean, group: "Options",
            help: "print mpirun's command line and start nothing"),
    ]
}

extension Verb {
    static func launch(_ program: TrainerCommand) -> Verb {
        Verb(
            program: program.name, name: "launch",
            summary: "Train on many processes by mpirun, and go on after faults.",
            options: LaunchOptions.fields.map { Option($0, defaultText: $0.text(in: LaunchSettings())) },
            aliases: ["-np": "--np", "-n": "--np"],
            operands: Operands(placeholder: "-- train [OPTIONS]", count: 1...Int.max),
            sections: [
                Section(
                    title: "What ends it",
                    items: [
                        ("a fault", "a lost rank or host, a hang: starts again from the newest checkpoint"),
                        (
                            "TERM, INT, HUP, USR1",
                            "a checkpoint at the next step, then status 75; a second INT ends the job now"
                        ),
                        ("status 0", "only where status.json in the run folder says that the run is done"),
                        ("status 75", "the run is not done, and the same command goes on with it"),
                    ])
            ],
            examples: [
                "\(program.name) launch -np 4 -- train --run-dir runs/a --epochs 3",
                "\(program.name) launch --hostfile hosts --elastic -- train --run-dir runs/a",
                "\(program.name) launch -np 2 --dry-run -- --run-dir runs/a",
            ],
            command: { (arguments: Arguments) throws(UsageError) in
                var options = LaunchOptions()
                arguments.flags.assign(to: &options.settings, LaunchOptions.fields)
                var words = arguments.operands[...]
                if let verb = words.first, !verb.hasPrefix("-") {
                    guard verb == "train" else {
                        throw UsageError("launch runs 'train' and no other command, found '\(verb)'")
                    }
                    words.removeFirst()
                }
                options.arguments = Array(words)
                // Options of train are read, and refused, here, not by each rank.
                let train = try Verb.train(program).parse(words, environment: [:]) { _ in "" }
                guard case .train(let read) = train else {
                    throw UsageError("launch starts a training: leave out what only prints")
                }
                options.train = read
                return .launch(options)
            })
    }
}
