import Collectives
import Datasets
import Samples
import TestSupport
import Testing

@testable import Runs
@testable import Training

@Suite(.timeLimit(.minutes(10))) struct EvaluatorTests {
    private static let sizes = [1, 63, 64, 65, 1000]

    /// Evaluates on as many ranks.
    private func evaluate(
        _ sets: [ImageSet], ranks: Int, _ model: ModelDescriptor, fill: @escaping @Sendable (Replica) -> Void
    ) throws -> [[Score]] {
        try withThreadRanks(ranks) { world in
            var configuration = Configuration(model: model)
            configuration["hidden_size"] = 9
            let replica = Replica(try configuration.makeModel())
            fill(replica)
            let evaluator = try Evaluator(replica: replica, world: world)
            return try sets.map { try evaluator.evaluate($0) }
        }.map { try $0.get() }
    }

    private func randomSet(_ count: Int) -> ImageSet {
        var random = SplitMix(seed: UInt64(count))
        return ImageSet(
            shape: .mnist,
            pixels: (0..<count * 784).map { _ in .random(in: 0...255, using: &random) },
            labels: (0..<count).map { _ in .random(in: 0...9, using: &random) })
    }

    @Test(arguments: [ModelDescriptor.perceptron, .lstm])
    func everyWorldSizeGivesTheSameBits(model: ModelDescriptor) throws {
        let sets = (model == .lstm ? [1, 65] : Self.sizes).map(randomSet)
        let alone = try evaluate(sets, ranks: 1, model) { $0.initialize(seed: 3) }[0]
        for ranks in 2...7 {
            for evaluations in try evaluate(sets, ranks: ranks, model, fill: { $0.initialize(seed: 3) }) {
                #expect(evaluations == alone)
            }
        }
    }

    /// The model always says 3, and one image after the other is the only 3.
    @Test(arguments: 1...7)
    func everySampleCountsOnce(ranks: Int) throws {
        for size in Self.sizes {
            let marked = size <= 65 ? Array(0..<size) : [0, 1, 159, 160, 499, 500, size - 2, size - 1]
            let pixels = [UInt8](repeating: 0, count: size * 784)
            let sets = marked.map { mark in
                ImageSet(shape: .mnist, pixels: pixels, labels: (0..<size).map { $0 == mark ? 3 : 4 })
            }
            let results = try evaluate(sets, ranks: ranks, .perceptron) { replica in
                // Zero weights, so the logits are the bias.
                guard let bias = replica.layout.entries.first(where: { $0.name == "fc.bias" }) else { return }
                replica.parameters.pointer[bias.range.lowerBound + 3] = 1
            }
            for evaluation in results.joined() {
                #expect(evaluation.correct == 1 && evaluation.labels == size)
            }
        }
    }

    /// Of a set so large that a shard goes through the model in several runs; the model always says 3.
    @Test(arguments: [0, 33, 34, 2199])
    func everySampleOfALargeShardCountsOnce(mark: Int) throws {
        let labels = (0..<2200).map { Int32($0 == mark ? 3 : 4) }
        let set = ImageSet(
            shape: .mnist, pixels: [UInt8](repeating: 0, count: 2200 * 784), labels: labels)
        let results = try evaluate([set], ranks: 2, .perceptron) { replica in
            guard let bias = replica.layout.entries.first(where: { $0.name == "fc.bias" }) else { return }
            replica.parameters.pointer[bias.range.lowerBound + 3] = 1
        }
        #expect(results.joined().map(\.correct) == [1, 1])
    }

    /// Without weights every class is as likely as the others.
    @Test func theLossIsTheMean() throws {
        let results = try evaluate(Self.sizes.map(randomSet), ranks: 3, .perceptron) { _ in }
        for evaluation in results.joined() { #expect(abs(evaluation.loss - 2.302585) < 1e-5) }
    }

    /// What drops in training does not in evaluation: the same twice, and the same as a network without dropout.
    @Test(arguments: article.models.filter { $0 != .perceptron })
    func nothingIsDropped(kind: ModelDescriptor) throws {
        var configuration = Configuration(model: kind)
        configuration["hidden_size"] = 9
        let set = try configuration.samples(of: randomSet(40))
        let scores = try [0.6, 0].flatMap { dropout in
            configuration["dropout"] = dropout
            let replica = Replica(try configuration.makeModel())
            replica.initialize(seed: 3)
            let evaluator = try Evaluator(replica: replica, world: LocalCommunicator())
            return try [evaluator.evaluate(set), evaluator.evaluate(set)]
        }
        #expect(scores.allSatisfy { $0 == scores[0] }, "\(scores)")
    }

    /// Over ten tests whose labels are each digit's ten possible ones in turn, a reader that is not told them is right
    /// about every digit once.
    @Test func aReaderIsNotToldTheAnswers() throws {
        var configuration = Configuration(model: .digitReader)
        configuration["hidden_size"] = 9
        let replica = Replica(try configuration.makeModel())
        replica.initialize(seed: 3)
        // Wide weights, so that the label before would matter.
        for index in 0..<replica.layout.count { replica.parameters.pointer[index] *= 4 }
        let evaluator = try Evaluator(replica: replica, world: LocalCommunicator())
        let images = randomSet(50)
        let scores = try (0..<10).map { shift in
            let labels = images.labels.map { ($0 + Int32(shift)) % 10 }
            let shifted = ImageSet(shape: .mnist, pixels: images.pixels, labels: labels)
            return try evaluator.evaluate(configuration.samples(of: shifted))
        }
        #expect(scores.reduce(0) { $0 + $1.correct } == 150)
        #expect(Set(scores.map(\.correct)).count > 1)
    }

    @Test func aRunEvaluatesItsModelAndItsCheckpointsAlike() throws {
        let workshop = try Workshop()
        try workshop.train("run", ranks: 2, Settings.quick)
        let last = try workshop.text("run", "metrics.jsonl").split(separator: "\n").last ?? ""
        let (data, run) = (workshop.data, workshop.path("run"))
        for file in ["model.safetensors", "checkpoints/step-00000011.safetensors"] {
            for ranks in [1, 4] {
                let results = withThreadRanks(ranks) {
                    try EvaluationRun(article, world: $0).run(modelFile: "\(run)/\(file)", data: data)
                }
                for result in results {
                    let evaluation = try result.get().score
                    #expect(last.contains("\"loss\":\(evaluation.loss),"))
                    #expect(last.contains("\"correct\":\(evaluation.correct),\"total\":33,"))
                }
            }
        }
    }
}
