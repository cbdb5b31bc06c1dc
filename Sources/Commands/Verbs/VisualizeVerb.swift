import Runs
import Training

/// What `trainer visualize` was given.
struct VisualizeOptions: Equatable, Sendable {
    var modelFile: String?
    var model = ModelArgument("")
    var data: String?
    var index = 0
    var out = ""
    var json = false
    var quiet = false

    static let fields: [Field<VisualizeOptions>] = [
        Verb.modelFile(\.modelFile),
        Verb.testData(\.data),
        Field(
            "index", \.index, .integer(from: 0), "I", group: "Options",
            help: "the test image that the model looks at, counted from 0"),
        Field(
            "out", \.out, .text, "DIR", group: "Options",
            help: "where the pictures go; none of them may be there already"),
        Verb.quiet(\.quiet),
        Field(
            "json", \.json, .boolean, group: "Options",
            help: "print an event, a JSON object with the files; see docs/json.md"),
    ]
}

extension Verb {
    static func visualize(_ program: TrainerCommand) -> Verb {
        Verb(
            program: program.name, name: "visualize",
            summary: "Draw what goes on in a trained model, as PNG pictures.",
            options: VisualizeOptions.fields.map { Option($0, in: VisualizeOptions(), program) },
            operands: Operands(placeholder: ModelArgument.placeholder, count: 0...1),
            sections: [
                modelSection,
                Section(
                    title: "Pictures",
                    items: [
                        ("digit.png", "the image, for every model"),
                        ("LAYER-output.png", "the hidden state of a recurrent layer after every step"),
                        ("LAYER-maps.png", "the first 20 maps of a convolution, after ReLU"),
                        ("LAYER-pooled.png", "the same maps after pooling"),
                        ("LAYER-filters.png", "what each filter or unit weighs what it sees by"),
                        ("generated.png", "a picture of each class, by a model that draws"),
                    ]),
                dataEnvironment,
            ],
            examples: [
                "\(program.name) visualize runs/a --out pictures",
                "\(program.name) visualize runs/a --index 7 --out pictures/7",
                "\(program.name) visualize model.safetensors --data \(program.catalog.defaultData) --out p",
            ],
            command: { (arguments: Arguments) throws(UsageError) in
                var options = VisualizeOptions()
                arguments.flags.assign(to: &options, VisualizeOptions.fields)
                var arguments = arguments
                options.model = try arguments.takeModel(
                    program, option: options.modelFile, data: options.data)
                try arguments.requireNoMore()
                return .visualize(options)
            })
    }
}
