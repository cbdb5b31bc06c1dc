import Collectives
import Datasets
import Determinism
import Formats
import Glibc
import NN
import Optim
import Samples
import TensorEngine
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// Two spirals: a sample is a pure function of its number.
private struct Spirals: SampleSource {
    let count: Int, seed: UInt64, turns: Double
    let shape = SampleShape(input: [2], target: .classes(2), classNames: ["left", "right"])

    func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
        var stream = RandomStream(seed: seed, name: "spiral", index: sample)
        let t = Float(stream.nextInteger(below: 1 << 20)) / Float(1 << 20) * Float(turns) * .pi
        let side: Float = sample % 2 == 0 ? 1 : -1
        slot.input[0] = side * t * cos(t) / 10
        slot.input[1] = side * t * sin(t) / 10
        slot.labels[0] = Int32(sample % 2)
    }
}

/// Two layers and a shortcut.
private struct Residual: Classifier {
    let stem, hidden, fc: Linear
    var children: KeyValuePairs<String, any Module> { ["stem": stem, "hidden": hidden, "fc": fc] }

    init(_ shape: SampleShape, width: Int) {
        stem = Linear(inputs: shape.inputCount, outputs: width)
        hidden = Linear(inputs: width, outputs: width)
        fc = Linear(inputs: width, outputs: shape.classes)
    }

    func features(_ x: Tensor) -> Tensor {
        let h = relu(stem(x))
        return h + relu(hidden(h))
    }

    func logits(features: Tensor) -> Tensor { fc(features) }
}

/// A rule of the update that is not ours: every number moves by the rate, in the direction of its gradient.
private struct SignDescent: Optimizer {
    func update(_ part: ParameterUpdate) {
        for i in 0..<part.count where part.gradients[i] != 0 {
            part.parameters[i] -= part.gradients[i] > 0 ? part.learningRate : -part.learningRate
        }
    }
}

/// A course that is not ours.
private struct LinearDecay: Schedule {
    let base, end: Double
    func rate(at step: Int, of total: Int) -> Double {
        base + (end - base) * Double(step) / Double(max(total, 1))
    }
}

/// A measure that is not ours: how often the left class is told.
private struct LeftShare: Metric {
    let counts = ["told", "told_left"]

    func measure(_ results: ShardResults, into tally: MetricTally) {
        guard let told = results.classification else { return }
        for row in 0..<told.labelCount {
            let logits = told.logits + row * told.classes
            tally.add(1, toCount: 0)
            if logits[0] >= logits[1] { tally.add(1, toCount: 1) }
        }
    }

    func report(_ score: Score) -> MetricReport? {
        MetricReport("left_share", words: "left", .share(score[count: "told_left"], of: score[count: "told"]))
    }
}

/// A place for checkpoints: it tells the step, and how many are kept.
private struct Shelf: CheckpointSink {
    let folder: String, keepLast: Int
    func save(_ bytes: [UInt8], step: Int) throws {
        try Files.publish("\(folder)/\(step)", Array("\(keepLast), \(bytes.count) bytes".utf8))
    }
}

/// A format of folders: `numbers.txt`, each byte a sample.
private struct Bytes: DataFormat, DataFiles {
    var folder = ""
    var contents: String { "numbers.txt" }

    func search(_ folder: String, for halves: [DataHalf]) -> DataSearch {
        Files.isRegularFile("\(folder)/numbers.txt") ? .found(Bytes(folder: folder)) : .absent
    }

    func load(_ halves: [DataHalf], classes: Int?) throws(FileError) -> [any SampleSource] {
        let bytes = try Files.read("\(folder)/numbers.txt")
        let set = ImageSet(
            shape: SampleShape(input: [1], target: .classes(2)), pixels: bytes,
            labels: bytes.map { $0 < 128 ? 0 : 1 })
        return halves.map { _ in set }
    }
}

/// What a program of somebody else registers.
private let mine = Catalog(
    models: [
        ModelDescriptor(
            "residual", "two layers and a shortcut", tuned: TunedDefaults(optimizer: .adam, epochs: 3),
            settings: [
                OwnSetting("width", default: 16, .integer(1...4096), "N", unit: "units", help: "of a layer")
            ]
        ) { Residual($0.shape, width: try $0["width"]) }
    ],
    data: [
        DataDescriptor(
            "spirals", "two spirals, told apart",
            settings: [OwnSetting("turns", default: 3.0, .number(.positive), "X", help: "half turns")]
        ) {
            let turns: Double = try $0["turns"]
            return (
                train: Spirals(count: 200, seed: 1, turns: turns),
                test: Spirals(count: 50, seed: 2, turns: turns)
            )
        }
    ],
    formats: .standard + [Bytes()],
    optimizers: .standard + [
        OptimizerDescriptor("sign", "moves by the rate", learningRate: 0.001) { _ in SignDescent() }
    ],
    schedules: .standard + [
        ScheduleDescriptor(
            "linear", "a straight line",
            settings: [OwnSetting("end", default: 0.0, .number(.nonNegative), "X", scope: .run, help: "rate")]
        ) { LinearDecay(base: $0.learningRate, end: try $0["end"]) }
    ], metrics: [LeftShare()],
    sinks: [
        SinkDescriptor(settings: [
            OwnSetting(
                "shelf", default: String?.none, .text, "DIR", unset: "none", scope: .invocation,
                help: "a shelf")
        ]) { context in
            let folder: String? = try context["shelf"]
            return folder.map { Shelf(folder: $0, keepLast: context.keepLast) }
        }
    ])

@Suite(.timeLimit(.minutes(10))) struct CatalogTests {
    private static let settings: Settings = [
        "global_batch": 32, "shards": 8, "optimizer": "sign", "schedule": "linear", "end": 0.0005,
        "width": 12,
        "turns": 2.5,
    ]

    @Test func aFormatOfItsOwnIsReadBesideTheOthers() throws {
        let folder = try TemporaryFolder()
        try folder.write("own/numbers.txt", (0..<60).map { $0 * 4 })
        let workshop = try Workshop(data: "\(folder.path)/own", mine)
        try workshop.train("run", ["global_batch": 20, "max_steps": 3])
        let model = workshop.path("run") + "/model.safetensors"
        #expect(try ModelFile.load(model, mine).sample.description == "1, 2 classes")
        let digits = try DataFolder.load(folder.writeDigits(), in: mine.formats)
        #expect(digits.train.shape == .mnist)
        let help = mine.fields.first { $0.setting.key == "data" }?.setting.help
        #expect(help?.contains("test.bin; or numbers.txt") == true)
        let error = #expect(throws: FileError.self) { try DataFolder.load(folder.path, in: mine.formats) }
        #expect(error?.reason.hasSuffix("or numbers.txt; found none of them") == true)
    }

    @Test func whatAProgramRegistersTrainsTheSameOnAnyNumberOfRanks() throws {
        #expect(mine.problem == nil)
        let workshop = try Workshop(data: "spirals", mine)
        try workshop.train("one", Self.settings)
        for ranks in [1, 2, 3, 5] {
            try workshop.train("ranks-\(ranks)", ranks: ranks, Self.settings)
            try workshop.expectSame("one", "ranks-\(ranks)", checkpoints: true)
        }
        let config = try JSON(parsing: workshop.bytes("one", "config.json"))
        #expect(config["model"] == "residual" && config["width"] == 12 && config["epochs"] == 143)
        #expect(config["optimizer"] == "sign" && config["schedule"] == "linear" && config["end"] == 0.0005)
        #expect(config["momentum"] == nil && config["hidden_size"] == nil && config["recipe"] == nil)
        let losses = try workshop.metrics("one").filter { $0.kind == "eval" }.compactMap {
            $0["loss"]?.doubleValue
        }
        #expect(
            try workshop.metrics("one").allSatisfy { (0...1).contains($0["left_share"]?.doubleValue ?? -1) })
        #expect(losses.count == 143 && losses[142] < 0.9 * losses[0])
    }

    /// A sink with a setting of its own, on rank 0, where the setting asks for it.
    @Test(arguments: [1, 3])
    func aSinkGetsEveryCheckpoint(ranks: Int) throws {
        let workshop = try Workshop(data: "spirals", mine)
        let settings = Self.settings.with(["max_steps": 9, "checkpoint_every": 4, "keep_last": 2])
        try workshop.folder.write("shelf/0", [])
        try workshop.train("run", ranks: ranks, settings.with(["shelf": .string(workshop.path("shelf"))]))
        try workshop.train("none", ranks: ranks, settings)
        let size = try workshop.bytes("run", "checkpoints/step-00000008.safetensors").count
        #expect(try Files.list(workshop.path("shelf")) == ["0", "4", "8", "9"])
        #expect(try workshop.text("shelf", "8") == "2, \(size) bytes")
        try workshop.expectSame("run", "none", checkpoints: true)
        let key = mine.settings.first { $0.key == "shelf" }
        #expect(key?.group == "Run folder" && mine.settings.allSatisfy { $0.key != "mirror" })
    }

    @Test func itIsResumedAndEvaluated() throws {
        let workshop = try Workshop(data: "spirals", mine)
        let settings = Self.settings.with(["epochs": 4])
        try workshop.train("whole", settings)
        try workshop.train("run", ranks: 2, settings.with(["max_steps": 9]))
        try workshop.train("run", ranks: 3, ["resume": "auto", "max_steps": .null, "turns": 2.5])
        try workshop.expectSame("whole", "run")
        let last = try #require(try workshop.metrics("whole").last { $0.kind == "eval" })
        // The set as it usually is has other turns; its shape is what the model was trained on.
        let evaluation = try EvaluationRun(mine, world: LocalCommunicator()).run(
            modelFile: workshop.path("whole/model.safetensors"), data: "spirals")
        let score = evaluation.score
        #expect(evaluation.json["left_share"]?.doubleValue != nil && evaluation.summary.contains(", left "))
        #expect(score.samples == 50 && score.loss != last["loss"]?.doubleValue)
        let file = try ModelFile.load(workshop.path("whole/model.safetensors"), mine)
        #expect(file.configuration["width"] == 12 && file.sample.classNames == ["left", "right"])
        // Another program does not know it.
        let error = #expect(throws: FileError.self) {
            try ModelFile.load(workshop.path("whole/model.safetensors"), article)
        }
        #expect(error?.reason.hasPrefix("holds a 'residual', and this program knows lstm, gru") == true)
    }

    /// $TRAINER_DATA names trainer's folder; a program that brings its data goes by those.
    @Test func ownDataStandAboveTheEnvironment() {
        func variable(_ catalog: Catalog) -> String? {
            catalog.settings.first { $0.key == "data" }?.environment
        }
        #expect(variable(mine) == nil)
        #expect(variable(article) == "TRAINER_DATA")
    }

    @Test func mistakesOfAProgramsAuthorAreTold() {
        func model(
            _ name: String, tuned: TunedDefaults = TunedDefaults(), settings: [OwnSetting] = []
        ) -> ModelDescriptor {
            ModelDescriptor(name, "", tuned: tuned, settings: settings) { Residual($0.shape, width: 1) }
        }
        let epochs = OwnSetting("epochs", default: 1, .integer(from: 1), "N", help: "")
        let lion = OptimizerDescriptor("lion", "", learningRate: 1) { _ in SignDescent() }
        let problems: [(Catalog, String)] = [
            (Catalog(models: []), "a program needs a model, an optimizer and a schedule to train with"),
            (Catalog(models: [model("a"), model("b"), model("a")]), "'a' is registered twice"),
            (
                Catalog(models: [model("a", settings: [epochs])]),
                "the setting 'epochs' is of more than one kind: call one of them otherwise"
            ),
            (
                Catalog(models: [model("a")], metrics: [LeftShare(), Accuracy()]),
                "two numbers of metrics are called 'labels': call one of them otherwise"
            ),
            (
                Catalog(models: [model("a", tuned: TunedDefaults(optimizer: lion))]),
                "a is tuned for lion, which is not registered"
            ),
        ]
        for (catalog, problem) in problems { #expect(catalog.problem?.description == problem) }
        #expect(CatalogError("").exitStatus == .internalError)
    }

    @Test func aSettingThatIsNotListedIsNamed() throws {
        let catalog = Catalog(models: [
            ModelDescriptor("a", "") { Residual($0.shape, width: try $0["widht"]) }
        ])
        let error = #expect(throws: CatalogError.self) {
            try Configuration(catalog).makeModel(for: .mnist)
        }
        #expect(error?.description == "--model a reads the setting 'widht', which it does not list")
    }
}
