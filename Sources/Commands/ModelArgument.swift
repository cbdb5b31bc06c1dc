import Runs

/// The trained model a verb looks at, and the data, as the command line names them.
struct ModelArgument: Equatable, Sendable {
    /// What to call it in usages and messages.
    static let placeholder = "RUN|FILE"

    /// A run's folder, or a file.
    let path: String
    /// By `--data`; nil for what the model's run was trained on.
    var data: String?
    /// The data where neither says.
    var otherData = ""

    init(_ path: String) { self.path = path }

    /// Finds the file, and the data.
    ///
    /// - Throws: `FileError` if a folder holds no trained model.
    func find(_ catalog: Catalog) throws -> (file: String, data: String) {
        let found = try ModelReference(catalog, path: path)
        return (found.file, data ?? found.data ?? otherData)
    }
}

extension Verb {
    /// What a trained model may be, for help.
    static let modelSection = Section(
        title: "Model",
        items: [
            ("RUN", "a run's folder: its model.safetensors, else its newest checkpoint"),
            ("FILE", "a model.safetensors, or a checkpoint of a run folder"),
        ])

    static let dataEnvironment = Section(
        title: "Environment",
        items: [("TRAINER_DATA", "the data folder, where neither --data nor the model's run names one")])

    /// `--model-file`, for those who prefer options.
    static func modelFile<Root>(_ property: any WritableKeyPath<Root, String?> & Sendable) -> Field<Root> {
        Field(
            "model_file", property, .text, "FILE", unset: "RUN|FILE", group: "Options",
            help: "the model, where it does not stand among the arguments")
    }

    /// `--quiet` of a verb that looks at a trained model.
    static func quiet<Root>(_ property: any WritableKeyPath<Root, Bool> & Sendable) -> Field<Root> {
        Field("quiet", property, .boolean, group: "Options", help: "print no notes, errors only")
    }

    /// `--data` of a verb that looks at a trained model.
    static func testData<Root>(_ property: any WritableKeyPath<Root, String?> & Sendable) -> Field<Root> {
        Field(
            "data", property, .text, "DIR", unset: "auto", environment: "TRAINER_DATA", group: "Options",
            help: "folder with the test set, as for 'train'; auto = what the model's run was trained on")
    }
}

extension Verb.Arguments {
    /// Takes the model, and how to find its data: what `--model-file` and `--data` said, else the first operand, and else
    /// the run's own data.
    mutating func takeModel(
        _ program: TrainerCommand, option: String?, data: String? = nil
    ) throws(UsageError) -> ModelArgument {
        if option == nil && operands.isEmpty {
            throw UsageError("missing argument: \(ModelArgument.placeholder)")
        }
        var model = ModelArgument(option ?? operands.removeFirst())
        model.data = data
        model.otherData = environment["data"]?.value.stringValue ?? program.catalog.defaultData
        return model
    }

    /// - Throws: `UsageError` if there are more operands than were taken.
    func requireNoMore() throws(UsageError) {
        if let operand = operands.first { throw UsageError("unexpected argument '\(operand)'") }
    }
}
