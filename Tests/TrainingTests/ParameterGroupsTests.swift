import Collectives
import NN
import Optim
import Samples
import TensorEngine
import Testing

@testable import Training

/// A run whose parameters are trained in different ways.
@Suite(.timeLimit(.minutes(10))) struct ParameterGroupsTests {
    private struct Network: Classifier {
        let first = Linear(inputs: 6, outputs: 7)
        let second = Linear(inputs: 7, outputs: 2)
        var children: KeyValuePairs<String, any Module> { ["first": first, "second": second] }
        func features(_ x: Tensor) -> Tensor { tanh(first(x)) }
        func logits(features: Tensor) -> Tensor { second(features) }
    }

    private static func job(_ groups: [ParameterGroup], world: any Communicator) throws -> TrainingJob {
        var plan = TrainingPlan()
        (plan.globalBatch, plan.shards, plan.epochs) = (8, 5, 2)
        return try TrainingJob(
            plan, world: world,
            loadData: {
                TrainingData(train: ObjectivesTests.Ring(), test: ObjectivesTests.Ring(), digest: "ring")
            },
            makeObjectives: { _, _ in
                [Objective(Network(), by: LAMB(), groups: groups, at: .constant(0.1))]
            })
    }

    /// The values by their names, before and after three steps, and the first gradient's norm.
    private static func trained(
        _ groups: [ParameterGroup], ranks: Int
    ) throws -> (before: [String: [Float]], after: [String: [Float]], norm: Double) {
        @Sendable func values(_ state: TrainingState) -> [String: [Float]] {
            Dictionary(uniqueKeysWithValues: state.tensors.map { ($0.name, Array($0.values)) })
        }
        let results = try withThreadRanks(ranks) { world in
            let job = try job(groups, world: world)
            let before = values(job.state)
            let trainer = try Trainer(
                job, recorder: Worker(), requests: Requests(stop: { false }, takeSave: { false }))
            let norm = try trainer.step().gradientNorm
            for _ in 0..<2 { _ = try trainer.step() }
            return (before, values(trainer.state), norm)
        }.map { try $0.get() }
        for result in results { #expect(result.1 == results[0].1 && result.2 == results[0].2) }
        return results[0]
    }

    @Test func frozenParametersStayAndTheirGradientsCountInNoNorm() throws {
        let all = try Self.trained([], ranks: 1)
        let part = try Self.trained([.frozen("first.")], ranks: 1)
        for name in ["first.weight", "first.bias"] {
            #expect(part.after["model.\(name)"] == part.before["model.\(name)"])
            #expect(all.after["model.\(name)"] != all.before["model.\(name)"])
            #expect(part.after["optimizer.exp_avg.\(name)"]?.allSatisfy { $0 == 0 } == true)
        }
        #expect(part.after["model.second.weight"] != part.before["model.second.weight"])
        #expect(part.norm > 0 && part.norm < all.norm)
    }

    @Test(arguments: 2...4)
    func everyWorldSizeGivesTheSameBits(ranks: Int) throws {
        let groups = [ParameterGroup.frozen("first.bias"), .undecayedVectors]
        let (alone, shared) = (try Self.trained(groups, ranks: 1), try Self.trained(groups, ranks: ranks))
        #expect(alone.after == shared.after && alone.norm == shared.norm)
    }

    @Test(arguments: [1, 3])
    func aGroupOfNoParameterEndsEveryRank(ranks: Int) throws {
        let results = withThreadRanks(ranks) { world in
            _ = try Self.job([.frozen("third.")], world: world)
        }
        for (rank, result) in results.enumerated() {
            let failure = try #require(throws: AgreedFailure.self) { try result.get() }
            #expect(failure.status == .internalError && failure.rank == 0)
            guard rank == 0 else { continue }
            let cause = try #require(failure.cause as? ParameterGroupError)
            #expect(
                cause.description.hasPrefix(
                    "no parameter's name begins with 'third.'; the network has first."))
        }
    }
}
