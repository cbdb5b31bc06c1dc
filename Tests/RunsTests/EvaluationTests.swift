import Collectives
import Formats
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// How a model does on each class, and the file of what it takes for what.
@Suite(.timeLimit(.minutes(10))) struct EvaluationTests {
    private static let settings: Settings = ["model": "perceptron", "global_batch": 20, "max_steps": 4]

    private func evaluate(
        _ workshop: Workshop, ranks: Int = 1, confusion name: String? = nil
    ) -> [Result<Evaluation, any Error>] {
        let (path, data) = (workshop.path("run"), workshop.data)
        return withThreadRanks(ranks) {
            try EvaluationRun(article, world: $0).run(
                modelFile: "\(path)/model.safetensors", data: data,
                confusion: try name.map { try ConfusionFile(path: "\(path)/\($0)") })
        }
    }

    @Test func everyWorldSizeSaysTheSameOfEachClass() throws {
        let workshop = try Workshop(images: [5, 4], classes: 12)
        try workshop.train("run", Self.settings)
        let alone = try evaluate(workshop)[0].get()
        for ranks in 2...5 {
            for result in evaluate(workshop, ranks: ranks) {
                let evaluation = try result.get()
                #expect(evaluation.confusion == alone.confusion && evaluation.json == alone.json)
            }
        }
        let classes = try #require(alone.json["per_class"]?.arrayValue)
        #expect(classes.count == 12 && classes.map { $0["class"]?.intValue } == Array(0..<12))
        func sum(_ key: String) -> Int { classes.reduce(0) { $0 + ($1[key]?.intValue ?? 0) } }
        #expect(sum("correct") == alone.score.correct && sum("total") == alone.score.labels)
        #expect(alone.score.labels == alone.score.samples && alone.score.correct > 0)
        // Of twelve classes the five likeliest are worth telling.
        #expect(alone.json["top5_correct"]?.intValue ?? 0 >= alone.score.correct)
        #expect(try workshop.text("run", "metrics.jsonl").contains(#""top5_accuracy":"#))
    }

    @Test func theMatrixIsATable() throws {
        let workshop = try Workshop(images: [5, 4], classes: 3)
        try workshop.train("run", Self.settings)
        let matrix = try #require(
            try evaluate(workshop, ranks: 3, confusion: "matrix.csv")[0].get().confusion)
        let rows = (0..<3).map { label in
            "\(label)," + (0..<3).map { "\(matrix[label, $0])" }.joined(separator: ",") + "\n"
        }
        #expect(try workshop.text("run", "matrix.csv") == "true class,0,1,2\n" + rows.joined())
        #expect(matrix.counts.reduce(0, +) == 20)

        _ = try evaluate(workshop, confusion: "matrix.npy")[0].get()
        let array = try NPY<Int>(parsing: workshop.bytes("run", "matrix.npy"), path: "matrix.npy")
        #expect(array.shape == [3, 3] && array.values == matrix.counts)

        // What is there is not overwritten.
        for result in evaluate(workshop, ranks: 2, confusion: "matrix.npy") {
            #expect(throws: AgreedFailure.self) { try result.get() }
        }
    }

    @Test func namesWithCommasAreQuoted() throws {
        let folder = try TemporaryFolder()
        let matrix = ConfusionMatrix(classes: 2)
        try ConfusionFile(path: "\(folder.path)/a.csv").publish(matrix, classNames: ["a,b", "say \"c\""])
        let text = String(decoding: try Files.read("\(folder.path)/a.csv"), as: UTF8.self)
        #expect(text == "true class,\"a,b\",\"say \"\"c\"\"\"\n\"a,b\",0,0\n\"say \"\"c\"\"\",0,0\n")
    }

    @Test func theNameTellsTheFormat() {
        let error = #expect(throws: UsageError.self) { try ConfusionFile(path: "matrix.txt") }
        #expect(error?.message.contains("expected a name that ends in .csv or .npy") == true)
    }

    /// A generator of pictures takes nothing for anything.
    @Test func aModelWithoutClassesHasNoMatrix() throws {
        let workshop = try Workshop()
        try workshop.train(
            "run", Settings.quick.with(["model": "row-generator", "hidden_size": 4, "max_steps": 1]))
        let evaluation = try evaluate(workshop)[0].get()
        #expect(evaluation.confusion == nil && evaluation.summary == evaluation.score.summary)
        for result in evaluate(workshop, ranks: 2, confusion: "matrix.csv") {
            let failure = try #require(throws: AgreedFailure.self) { try result.get() }
            #expect(failure.status == .usage)
            if let cause = failure.cause { #expect("\(cause)".contains("the model tells no classes")) }
        }
        #expect(!Files.exists(workshop.path("run") + "/matrix.csv"))
    }

    /// The three worst, of equal shares the first; classes without a mistake are not among them.
    @Test func theWorstClassesAreNamed() throws {
        let evaluation = try Self.evaluation(
            right: [4, 1, 2, 1, 3], of: 4, names: ["a", "b", "c", "d", "e"])
        let lines = evaluation.summary.split(separator: "\n")
        #expect(
            lines.last == "worst classes: b 25.00 % (1 of 4), d 25.00 % (1 of 4), c 50.00 % (2 of 4)")
        #expect(try !Self.evaluation(right: [4, 4], of: 4, names: nil).summary.contains("worst"))
        #expect(evaluation.json["per_class"]?.arrayValue?[1]["name"]?.stringValue == "b")
    }

    private static func evaluation(right: [Int], of total: Int, names: [String]?) throws -> Evaluation {
        var matrix = ConfusionMatrix(classes: right.count)
        for (label, right) in right.enumerated() {
            for number in 0..<total {
                var logits = [Float](repeating: 0, count: matrix.classes)
                logits[number < right ? label : (label + 1) % matrix.classes] = 1
                var labels = [Int32(label)]
                logits.withUnsafeMutableBufferPointer { logits in
                    labels.withUnsafeMutableBufferPointer { labels in
                        matrix.measure(
                            ShardResults(
                                samples: 1, loss: 0,
                                classification: .init(
                                    logits: logits.baseAddress!, classes: matrix.classes,
                                    labels: labels.baseAddress!, labelCount: 1, labelsPerSample: 1)))
                    }
                }
            }
        }
        return Evaluation(score: Score(), confusion: matrix, classNames: names)
    }
}
