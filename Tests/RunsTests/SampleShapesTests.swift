import Collectives
import Formats
import Samples
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// Runs on data that are not MNIST's: what files record of the samples, and what is refused.
@Suite(.timeLimit(.minutes(10))) struct SampleShapesTests {
    private static let settings: Settings = ["global_batch": 20, "max_steps": 4, "hidden_size": 9]

    private func evaluate(_ model: String, _ data: String, ranks: Int = 2) -> [Result<Evaluation, any Error>]
    {
        withThreadRanks(ranks) { try EvaluationRun(article, world: $0).run(modelFile: model, data: data) }
    }

    @Test(
        arguments: [
            ("lstm", [20, 20], 3), ("cnn", [3, 17, 16], 5), ("lenet5", [13, 12], 2), ("mlp", [7], 50),
            ("row-generator", [2, 6, 5], 3), ("digit-reader", [2, 6, 5], 3), ("rnn", [3, 5, 4], 4),
        ])
    func everyWorldSizeGivesTheSameModel(model: String, shape: [Int], classes: Int) throws {
        let workshop = try Workshop(images: shape, classes: classes)
        let settings = Self.settings.with(["model": .string(model)])
        try workshop.train("alone", settings)
        try workshop.train("three", ranks: 3, settings)
        try workshop.expectSame("alone", "three", checkpoints: true)

        let strip = model == "digit-reader"
        let expected = SampleShape(
            input: strip ? [2, 6, 15] : shape,
            target: strip ? .sequence(length: 3, classes: 3) : .classes(classes))
        for file in ["model.safetensors", "checkpoints/step-00000004.safetensors"] {
            let path = workshop.path("three") + "/" + file
            #expect(try SafeTensorsFile(path: path).sampleShape == expected)
            #expect(try ModelFile.load(path, article).sample == expected)
            for result in evaluate(path, workshop.data) { #expect(try result.get().score.samples == 20) }
        }
    }

    @Test func aModelIsNotMeasuredOnOtherSamples() throws {
        let workshop = try Workshop(images: [6, 5], classes: 3)
        try workshop.train("run", Self.settings)
        let model = workshop.path("run") + "/model.safetensors"
        let (wider, more) = (
            try workshop.folder.writeImages("wider", shape: [6, 6], classes: 3),
            try workshop.folder.writeImages("more", shape: [6, 5], classes: 4)
        )
        for (data, words) in [(wider, "6×6, 3 classes"), (more, "6×5, 4 classes")] {
            let results = evaluate(model, data)
            #expect(results.map { Status(of: $0) } == [.badData, .badData])
            let message = results.compactMap { $0.failure }.map(describe).joined()
            #expect(
                message.hasPrefix(
                    "\(data): the samples are \(words), but \(model) was trained on samples of 6×5, 3 classes; "
                ))
        }
    }

    @Test func aNetworkThatCannotTakeTheSamplesSaysSoOnEveryRank() throws {
        let workshop = try Workshop(images: [6, 5], classes: 3)
        for ranks in [1, 3] {
            let attempt = workshop.attempt("run", ranks: ranks, Self.settings.with(["model": "cnn"]))
            #expect(attempt.everyRankEnded(with: .usage))
            #expect(
                attempt.message.split(separator: "\n") == [
                    "cnn needs images [rows, columns] or [channels, rows, columns] of at least 16×16, "
                        + "but these samples are 6×5, 3 classes"
                ])
        }
    }

    /// Version 0.1 knew MNIST alone and did not say so.
    @Test(arguments: ["perceptron", "digit-reader"])
    func filesThatDoNotSayAreOfMNIST(model: String) throws {
        let workshop = try Workshop()
        try workshop.train("run", Self.settings.with(["model": .string(model)]))
        let scores = try evaluate(workshop.path("run") + "/model.safetensors", workshop.data).map {
            try $0.get()
        }
        for name in ["run/model.safetensors", "run/checkpoints/step-00000004.safetensors"] {
            try workshop.rewrite(name, metadata: SafeTensorsFile.sampleKey, to: nil)
            let trained = try ModelFile.load(workshop.path(name), article)
            #expect(trained.sample.input == (model == "digit-reader" ? [28, 84] : [28, 28]))
            #expect(try evaluate(workshop.path(name), workshop.data).map { try $0.get() } == scores)
        }
        try workshop.train(
            "run", Self.settings.with(["model": .string(model), "max_steps": 6, "resume": "auto"]))
    }

    @Test(arguments: [
        "", "28×28", "[28,28]", #"{"input":[28,28],"classes":0}"#, #"{"input":[0],"classes":3}"#,
    ])
    func aShapeThatIsNoneIsRefused(text: String) throws {
        let workshop = try Workshop()
        try workshop.train("run", Settings.quick)
        let path = workshop.path("run/model.safetensors")
        try workshop.rewrite("run/model.safetensors", metadata: SafeTensorsFile.sampleKey, to: text)
        let error = #expect(throws: FileError.self) { try ModelFile.load(path, article) }
        #expect(error?.kind == .malformed)
        #expect(
            error?.description.contains("expected the shape of samples as 'sample', found \(text)") == true)
    }

    /// A sound shape that does not go with the parameters or the network.
    @Test func aShapeThatLiesIsRefused() throws {
        let workshop = try Workshop()
        try workshop.train("run", Settings.quick)
        let path = workshop.path("run/model.safetensors")
        for (text, words) in [
            (#"{"input":[28,27],"classes":10}"#, "'fc.weight' is [10, 784] in the file but [10, 756]"),
            (#"{"input":[28,28],"numbers":[1]}"#, "perceptron needs samples of one class each"),
        ] {
            try workshop.rewrite("run/model.safetensors", metadata: SafeTensorsFile.sampleKey, to: text)
            let error = #expect(throws: FileError.self) { try ModelFile.load(path, article) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
    }

    @Test func logitsRecordTheShape() throws {
        let workshop = try Workshop(images: [6, 5], classes: 3)
        try workshop.train("run", Self.settings)
        let path = workshop.path("logits")
        _ = try EvaluationRun(article, world: LocalCommunicator()).run(
            modelFile: workshop.path("run") + "/model.safetensors", data: workshop.data,
            logits: LogitsFile(path: path))
        let file = try SafeTensorsFile(path: path)
        #expect(file.entry(named: "logits")?.shape == [20, 3])
        #expect(try file.sampleShape == SampleShape(input: [6, 5], target: .classes(3)))
    }

    @Test func picturesAreOfTheSamplesSize() throws {
        for (model, shape, image) in [("cnn", [3, 17, 16], [51, 16]), ("mlp", [7], [1, 7])] {
            let workshop = try Workshop(images: shape, classes: 3)
            try workshop.train("run", Self.settings.with(["model": .string(model)]))
            let shown = try IllustrationRun(article, world: LocalCommunicator()).run(
                modelFile: workshop.path("run") + "/model.safetensors", data: workshop.data, index: 4)
            #expect(shown.label == 1 && shown.image.shape == image)
            #expect(shown.illustrations.allSatisfy { $0.content != .filters || $0.tensor.shape.count == 3 })
        }
    }
}

extension Result {
    fileprivate var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}

extension Status {
    fileprivate init(of result: Result<Evaluation, any Error>) {
        self = result.failure.map { Status(of: $0) } ?? .done
    }
}
