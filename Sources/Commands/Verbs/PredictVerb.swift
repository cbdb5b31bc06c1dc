import Runs
import Training

/// What `trainer predict` was given.
struct PredictOptions: Equatable, Sendable {
    var modelFile: String?
    var model = ModelArgument("")
    var images: [String] = []
    var index: Int?
    var json = false
    var quiet = false

    static let fields: [Field<PredictOptions>] = [
        Verb.modelFile(\.modelFile),
        Field(
            "index", \.index, .integer(from: 0), "I", unset: "all", group: "Options",
            help: "the only image of an IDX file to look at, counted from 0"),
        Verb.quiet(\.quiet),
        Field(
            "json", \.json, .boolean, group: "Options",
            help: "print an event, a JSON object with an array of predictions; see docs/json.md"),
    ]
}

extension Verb {
    static func predict(_ program: TrainerCommand) -> Verb {
        Verb(
            program: program.name, name: "predict",
            summary: "Tell which digits pictures show, with the probability of each class.",
            options: PredictOptions.fields.map { Option($0, defaultText: $0.text(in: PredictOptions())) },
            operands: Operands(placeholder: "\(ModelArgument.placeholder) IMAGE...", count: 0...Int.max),
            sections: [
                modelSection,
                Section(
                    title: "Images",
                    items: [
                        (
                            "PNG",
                            "one digit of any size, dark on light or light on dark, grey or coloured, also on a "
                                + "transparent background; it is cropped, scaled and centred as MNIST's digits are, for models of grey images"
                        ),
                        ("IDX", "images of the size the model was trained on, raw or .gz"),
                    ]),
            ],
            examples: [
                "\(program.name) predict runs/a seven.png",
                "\(program.name) predict model.safetensors --json a.png b.png > p.json",
                "\(program.name) predict runs/a --index 9 t10k-images.gz",
            ],
            command: { (arguments: Arguments) throws(UsageError) in
                var options = PredictOptions()
                arguments.flags.assign(to: &options, PredictOptions.fields)
                var arguments = arguments
                options.model = try arguments.takeModel(program, option: options.modelFile)
                options.images = arguments.operands
                if options.images.isEmpty { throw UsageError("missing argument: IMAGE...") }
                return .predict(options)
            })
    }
}
