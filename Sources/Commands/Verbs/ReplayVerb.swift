import Runs

/// What `trainer replay` was given.
struct ReplayOptions: Equatable, Sendable {
    var run = ""
    var step = 0
    var data: String?
    var json = false
    var threads: Int?

    /// Ranks in this process.
    func threads(_ catalog: Catalog, isLaunched: Bool) -> Int {
        threadCount(threads, isLaunched: isLaunched, shards: VerificationRun.shards(catalog, of: run))
    }

    static let step = Field<ReplayOptions>(
        "step", \.step, .integer(from: 1), "N", group: "Options", help: "which step, counted from 1")

    static let fields: [Field<ReplayOptions>] = [
        Verb.runData(\.data),
        Field(
            "json", \.json, .boolean, group: "Options",
            help: "print an event, a JSON object; see docs/json.md"),
        Verb.runThreads(\.threads),
    ]
}

extension Verb {
    static func replay(_ program: TrainerCommand) -> Verb {
        Verb(
            program: program.name, name: "replay",
            summary: "Take one step of a run again: its samples, their losses, the gradient's norm.",
            options: [Option(ReplayOptions.step, defaultText: "")]
                + ReplayOptions.fields.map { Option($0, defaultText: $0.text(in: ReplayOptions())) },
            operands: Operands(placeholder: "RUN", count: 1...1),
            sections: [],
            examples: [
                "\(program.name) replay runs/a --step 470",
                "\(program.name) replay runs/a --step 470 --json > step.json",
                "mpirun -np 4 \(program.name) replay runs/a --step 1",
            ],
            command: { (arguments: Arguments) throws(UsageError) in
                var options = ReplayOptions()
                arguments.flags.assign(to: &options, ReplayOptions.fields + [ReplayOptions.step])
                options.run = arguments.operands[0]
                return .replay(options)
            })
    }
}
