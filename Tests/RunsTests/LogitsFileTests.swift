import Collectives
import Formats
import TestSupport
import Testing

@testable import Runs
@testable import Training

@Suite(.timeLimit(.minutes(10))) struct LogitsFileTests {
    /// Trains a model for one step and evaluates it, with a file of logits.
    private func logits(
        _ workshop: Workshop, _ model: String, ranks: Int = 1, limit: Int? = nil
    ) throws -> (file: SafeTensorsFile, score: Score) {
        let run = "\(model)-\(ranks)-\(limit ?? 0)"
        try workshop.train(
            run, Settings.quick.with(["model": .string(model), "max_steps": 1, "hidden_size": 9]))
        let (path, data) = (workshop.path(run), workshop.data)
        let scores = withThreadRanks(ranks) {
            try EvaluationRun(article, world: $0).run(
                modelFile: "\(path)/model.safetensors", data: data,
                logits: LogitsFile(path: "\(path)/logits.safetensors", limit: limit))
        }
        return (try SafeTensorsFile(path: "\(path)/logits.safetensors"), try scores[0].get().score)
    }

    @Test(
        arguments: [
            ("mlp", [103, 10]), ("lstm", [103, 10]), ("digit-reader", [103, 3, 10]),
            ("row-generator", [103, 28, 28]),
        ])
    func everyTestSampleHasItsLogits(model: String, shape: [Int]) throws {
        let (file, _) = try logits(Workshop(test: 103), model)
        #expect(file.entries.map(\.name) == ["logits"])
        #expect(file.entry(named: "logits")?.shape == shape)
        #expect(try file.floats("logits").contains { $0 != 0 })
    }

    /// As many are right as the score says, and the number of ranks takes no part.
    @Test func theLogitsAreThoseThatAreScored() throws {
        let workshop = try Workshop()
        let (file, score) = try logits(workshop, "mlp")
        let values = try file.floats("logits")
        let labels = (0..<33).map { $0 * 7 % 10 }
        let right = labels.indices.filter { sample in
            let row = values[sample * 10..<(sample + 1) * 10]
            return row.max() == row[sample * 10 + labels[sample]]
        }
        #expect(right.count == score.correct && score.labels == 33)
        #expect(try logits(workshop, "mlp", ranks: 3).file.bytes == file.bytes)
    }

    @Test func aLimitTakesTheFirst() throws {
        let workshop = try Workshop()
        let all = try logits(workshop, "mlp").file.floats("logits")
        let (first, score) = try logits(workshop, "mlp", limit: 7)
        #expect(first.entry(named: "logits")?.shape == [7, 10])
        #expect(try first.floats("logits") == Array(all[..<70]))
        #expect(score.samples == 33)
        #expect(try logits(workshop, "mlp", limit: 1000).file.floats("logits") == all)
    }

    @Test func anExistingFileIsKept() throws {
        let workshop = try Workshop()
        try workshop.train("run", Settings.quick)
        let path = try workshop.folder.write("taken", [1, 2, 3])
        let (model, data) = (workshop.path("run") + "/model.safetensors", workshop.data)
        let results = withThreadRanks(2) {
            try EvaluationRun(article, world: $0).run(
                modelFile: model, data: data, logits: LogitsFile(path: path))
        }
        for result in results {
            let error = #expect(throws: AgreedFailure.self) { try result.get() }
            #expect(error?.status == .cannotCreate)
        }
        #expect(try Files.read(path) == [1, 2, 3])
    }
}
