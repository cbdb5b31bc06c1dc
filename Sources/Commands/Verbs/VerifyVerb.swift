import Runs

/// What `trainer verify` was given.
struct VerifyOptions: Equatable, Sendable {
    var run = ""
    var data: String?
    var from: Int?
    var to: Int?
    var json = false
    var threads: Int?

    /// Ranks in this process.
    func threads(_ catalog: Catalog, isLaunched: Bool) -> Int {
        threadCount(threads, isLaunched: isLaunched, shards: VerificationRun.shards(catalog, of: run))
    }

    static let fields: [Field<VerifyOptions>] = [
        Verb.runData(\.data),
        Field(
            "from", \.from, .integer(from: 0), "STEP", unset: "auto", group: "Options",
            help: "compute the run again from this step on: 0, or that of a kept checkpoint; auto = the "
                + "newest that a recorded evaluation comes after"),
        Field(
            "to", \.to, .integer(from: 1), "STEP", unset: "auto", group: "Options",
            help: "up to this one, of a recorded evaluation; auto = the next one"),
        Field(
            "json", \.json, .boolean, group: "Options",
            help: "print an event, a JSON object with every finding; see docs/json.md"),
        Verb.runThreads(\.threads),
    ]
}

extension Verb {
    /// `--data` of a verb that takes steps of a run again.
    static func runData<Root>(
        _ property: any WritableKeyPath<Root, String?> & Sendable
    ) -> Field<Root> {
        Field(
            "data", property, .text, "DIR", unset: "auto", group: "Options",
            help: "folder of the run's data, as for 'train'; auto = where the run says they are")
    }

    static func runThreads<Root>(
        _ property: any WritableKeyPath<Root, Int?> & Sendable
    ) -> Field<Root> {
        Field(
            "threads", property, .integer(1...4096), "N", unit: "threads", unset: "auto", group: "Options",
            help: "ranks in each process; auto = 1 under mpirun, else as many as there are cores and shards "
                + "for; the same bits")
    }

    static func verify(_ program: TrainerCommand) -> Verb {
        Verb(
            program: program.name, name: "verify",
            summary: "Prove that a run's files are what its training made, and compute a part of it again.",
            options: VerifyOptions.fields.map { Option($0, defaultText: $0.text(in: VerifyOptions())) },
            operands: Operands(placeholder: "RUN", count: 1...1),
            sections: [],
            examples: [
                "\(program.name) verify runs/a",
                "\(program.name) verify runs/a --from 469 --to 1407 --json",
                "mpirun -np 4 \(program.name) verify runs/a --from 0",
            ],
            command: { (arguments: Arguments) throws(UsageError) in
                var options = VerifyOptions()
                arguments.flags.assign(to: &options, VerifyOptions.fields)
                options.run = arguments.operands[0]
                return .verify(options)
            })
    }
}
