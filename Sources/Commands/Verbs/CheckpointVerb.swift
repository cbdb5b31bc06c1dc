import Collectives
import Runs
import Training

/// What `trainer checkpoint` was given.
struct CheckpointOptions: Equatable, Sendable {
    enum Task: String, CaseIterable, Sendable { case ls, verify, diff }

    var task = Task.ls
    var paths: [String] = []
    var json = false

    static let fields: [Field<CheckpointOptions>] = [
        Field(
            "json", \.json, .boolean, group: "Options",
            help: "print an event, a JSON object; see docs/json.md")
    ]

    /// Does it, and tells it by `write`; on rank 0.
    ///
    /// - Throws: `DamagedCheckpoints`, `CheckpointsDiffer` once they are told.
    func run(write: (String) -> Void) throws {
        if task == .diff {
            let difference = try CheckpointDifference(paths[0], paths[1])
            write(json ? Event.difference.line(difference.json) : difference.text)
            if !difference.isSame { throw CheckpointsDiffer(difference) }
        } else {
            let listing = try CheckpointListing(paths)
            write(json ? Event.checkpoints.line(listing.json) : listing.text)
            if task == .verify && !listing.isSound { throw DamagedCheckpoints(listing) }
        }
    }
}

extension Verb {
    static func checkpoint(_ program: TrainerCommand) -> Verb {
        Verb(
            program: program.name, name: "checkpoint",
            summary: "List checkpoints, prove them whole, or tell how far two are from each other.",
            options: CheckpointOptions.fields.map {
                Option($0, defaultText: $0.text(in: CheckpointOptions()))
            },
            operands: Operands(placeholder: "ls|verify|diff PATH...", count: 2...10_000),
            sections: [
                Section(
                    title: "Tasks",
                    items: [
                        ("ls", "steps, sizes, recorded accuracies, and which are damaged"),
                        ("verify", "the same, and the status is 76 unless all are sound"),
                        (
                            "diff",
                            "two checkpoints or models, tensor by tensor: how many numbers differ, by how much, in units "
                                + "in the last place; the status is 76 unless every bit is the same"
                        ),
                    ]),
                Section(
                    title: "Path",
                    items: [
                        ("RUN", "a run's folder: all of its checkpoints; for diff the newest"),
                        ("FILE", "a checkpoint; for diff any safetensors file"),
                    ]),
            ],
            examples: [
                "\(program.name) checkpoint ls runs/a",
                "\(program.name) checkpoint verify runs/a runs/b --json",
                "\(program.name) checkpoint diff runs/a runs/b",
            ],
            command: { (arguments: Arguments) throws(UsageError) in
                var options = CheckpointOptions()
                arguments.flags.assign(to: &options, CheckpointOptions.fields)
                guard let task = CheckpointOptions.Task(rawValue: arguments.operands[0]) else {
                    throw UsageError(
                        "unknown task '\(arguments.operands[0])' of checkpoint",
                        hint: "Try '\(program.name) checkpoint --help' for more information.")
                }
                options.task = task
                options.paths = Array(arguments.operands.dropFirst())
                guard task != .diff || options.paths.count == 2 else {
                    throw UsageError(
                        "checkpoint diff compares two, and \(options.paths.count) were named",
                        hint: "Name two checkpoints, models or run folders.")
                }
                return .checkpoint(options)
            })
    }
}
