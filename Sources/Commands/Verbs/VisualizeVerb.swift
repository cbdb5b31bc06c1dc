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

    static let fields: [Field<VisualizeOptions>] = [
        Verb.modelFile(\.modelFile),
        Verb.testData(\.data),
        Field(
            "index", \.index, .integer(from: 0), "I", group: "Options",
            help: "the test image that the model looks at, counted from 0"),
        Field(
            "out", \.out, .text, "DIR", group: "Options",
            help: "where the pictures go; none of them may be there already"),
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
                        (
                            "lstm-output.png",
                            "lstm: the hidden state after each of the rows; gru and rnn alike"
                        ),
                        (
                            "encoder-output.png",
                            "digit-reader: the encoder's hidden state after each of the columns"
                        ),
                        ("generated.png", "row-generator: a picture of each class"),
                        (
                            "conv1-maps.png",
                            "cnn, lenet5: the first 20 maps of the first convolution, after ReLU"
                        ),
                        ("conv1-pooled.png", "cnn, lenet5: the same maps after 2x2 max-pooling"),
                        ("conv1-filters.png", "cnn, lenet5: the filters of the first convolution"),
                        ("fc1-filters.png", "mlp: what each hidden unit weighs the pixels by"),
                        ("fc-filters.png", "perceptron: what each class weighs the pixels by"),
                    ]),
                dataEnvironment,
            ],
            examples: [
                "\(program.name) visualize runs/cnn --out pictures",
                "\(program.name) visualize runs/cnn --index 7 --out pictures/7",
                "\(program.name) visualize model.safetensors --data data/mnist --out p",
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
