import Runs
import Training

/// What `trainer visualize` was given.
struct VisualizeOptions: Equatable, Sendable {
    var modelFile = ""
    var data: String
    var index = 0
    var out = ""

    init(data: String) { self.data = data }

    static let fields: [Field<VisualizeOptions>] = [
        Field(
            "model_file", \.modelFile, .text, "FILE", group: "Options",
            help: "trained parameters: model.safetensors or a checkpoint of a run folder"),
        Field(
            "data", \.data, .text, "DIR", environment: "TRAINER_DATA", group: "Options",
            help: "folder with the test set, as for 'train'"),
        Field(
            "index", \.index, .integer(from: 0), "I", group: "Options",
            help: "the test image that the model looks at, counted from 0"),
        Field(
            "out", \.out, .text, "DIR", group: "Options",
            help: "where the pictures go; none of them may be there already"),
    ]
}

extension Verb {
    static func visualize(_ program: TrainerCommand) -> Verb {
        Verb(
            program: program.name, name: "visualize",
            summary: "Draw what goes on in a trained model, as PNG pictures.",
            options: VisualizeOptions.fields.map {
                Option($0, defaultText: $0.text(in: VisualizeOptions(data: program.catalog.defaultData)))
            },
            sections: [
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
                Section(
                    title: "Environment",
                    items: [("TRAINER_DATA", "the data folder, where --data is not given")]),
            ],
            examples: [
                "\(program.name) visualize --model-file runs/cnn/model.safetensors --out pictures",
                "\(program.name) visualize --model-file model.safetensors --index 7 --out pictures/7",
                "\(program.name) visualize --model-file model.safetensors --data data/mnist --out p",
            ],
            command: { (arguments: Arguments) throws(UsageError) in
                var options = VisualizeOptions(data: program.catalog.defaultData)
                arguments.environment.assign(to: &options, VisualizeOptions.fields)
                arguments.flags.assign(to: &options, VisualizeOptions.fields)
                return .visualize(options)
            })
    }
}
