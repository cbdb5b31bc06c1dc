import Runs

/// What `trainer doctor` was given.
struct DoctorOptions: Equatable, Sendable {
    var data: String?
    var runDir: String?
    var json = false

    static let fields: [Field<DoctorOptions>] = [
        Field(
            "data", \.data, .text, "DIR", unset: "none", environment: "TRAINER_DATA", group: "Options",
            help: "data to read whole, as 'train' would"),
        Field(
            "run_dir", \.runDir, .text, "DIR", unset: "none", group: "Options",
            help: "run folder, there or not, whose file system is examined"),
        Field(
            "json", \.json, .boolean, group: "Options",
            help: "print an event, a JSON object; see docs/json.md"),
    ]
}

extension Verb {
    static func doctor(_ program: TrainerCommand) -> Verb {
        Verb(
            program: program.name, name: "doctor",
            summary: "Examine this machine for what training needs, and say what to do.",
            options: DoctorOptions.fields.map { Option($0, defaultText: $0.text(in: DoctorOptions())) },
            sections: [
                Section(
                    title: "Findings",
                    items: [
                        ("ok", "as it should be"),
                        ("warning", "training works, but slower, or not on several hosts"),
                        ("error", "training does not work: the status is 78 then, else 0"),
                    ])
            ],
            examples: [
                "\(program.name) doctor",
                "\(program.name) doctor --data \(program.catalog.defaultData) --run-dir runs/a",
                "\(program.name) doctor --json > machine.json",
            ],
            command: { (arguments: Arguments) throws(UsageError) in
                var options = DoctorOptions()
                arguments.environment.assign(to: &options, DoctorOptions.fields)
                arguments.flags.assign(to: &options, DoctorOptions.fields)
                return .doctor(options)
            })
    }
}
