import Runs
import Training

/// What `trainer predict` was given.
struct PredictOptions: Equatable, Sendable {
    var modelFile = ""
    var images: [String] = []
    var index: Int?
    var json = false

    static let fields: [Field<PredictOptions>] = [
        Field(
            "model_file", \.modelFile, .text, "FILE", group: "Options",
            help: "trained parameters: model.safetensors or a checkpoint of a run folder"),
        Field(
            "index", \.index, .integer(from: 0), "I", unset: "all", group: "Options",
            help: "the only image of an IDX file to look at, counted from 0"),
        Field(
            "json", \.json, .boolean, group: "Options",
            help: "print one JSON object with an array of predictions"),
    ]
}

extension Verb {
    static func predict(_ program: TrainerCommand) -> Verb {
        Verb(
            program: program.name, name: "predict",
            summary: "Tell which digits pictures show, with the probability of each class.",
            options: PredictOptions.fields.map { Option($0, defaultText: $0.text(in: PredictOptions())) },
            operands: Operands(placeholder: "IMAGE...", count: 1...Int.max),
            sections: [
                Section(
                    title: "Images",
                    items: [
                        (
                            "PNG",
                            "one digit of any size, dark on light or light on dark, grey or coloured, also on a "
                                + "transparent background; it is cropped, scaled and centred as MNIST's digits are, for models of grey images"
                        ),
                        ("IDX", "images of the size the model was trained on, raw or .gz"),
                    ])
            ],
            examples: [
                "\(program.name) predict --model-file runs/mlp/model.safetensors seven.png",
                "\(program.name) predict --model-file model.safetensors --json a.png b.png > p.json",
                "\(program.name) predict --model-file model.safetensors --index 9 t10k-images.gz",
            ],
            command: { (arguments: Arguments) throws(UsageError) in
                var options = PredictOptions()
                arguments.flags.assign(to: &options, PredictOptions.fields)
                options.images = arguments.operands
                return .predict(options)
            })
    }
}
