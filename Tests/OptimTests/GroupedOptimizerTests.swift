import Determinism
import Formats
import Kernels
import Optim
import TestSupport
import Testing

@Suite struct GroupedOptimizerTests {
    private static let names = ["embedding.weight", "fc.weight", "fc.bias", "out.weight", "out.bias"]
    /// The bias of `out` is in the first group that has it.
    private static let groups: [ParameterGroup] = [
        .frozen("embedding."), .undecayedVectors, ParameterGroup("out.", rateFactor: 10),
    ]

    @Test func groupsOfSGDEqualPyTorchs() throws {
        let flat = try expectPyTorchSteps("sgd_groups", parameters: Self.names, groups: Self.groups) { file in
            SGD(
                momentum: try file.floats("momentum")[0],
                weightDecay: Double(try file.floats("weight_decay")[0]))
        }
        #expect(flat.numbers(flat.state[0], "embedding.weight").allSatisfy { $0.bitPattern == 0 })
    }

    @Test func groupsOfAdamWEqualPyTorchs() throws {
        try expectPyTorchSteps("adamw_groups", parameters: Self.names, groups: Self.groups) { file in
            Adam(decay: .decoupled, weightDecay: Double(try file.floats("weight_decay")[0]))
        }
    }

    private static let layout = ParameterLayout([("a", [3, 7]), ("b", [5]), ("c", [40]), ("d", [2, 2])])

    private func trained(_ optimizer: any Optimizer, groups: [ParameterGroup]) throws -> FlatParameters {
        let flat = FlatParameters(
            Self.layout, try GroupedOptimizer(optimizer, layout: Self.layout, groups: groups))
        for (seed, entry) in Self.layout.entries.enumerated() {
            flat.fill(flat.values, entry.name, with: awayFromZero(entry.range.count, seed: UInt64(seed)))
        }
        for step in 0..<3 {
            for entry in Self.layout.entries {
                let numbers = awayFromZero(entry.range.count, seed: UInt64(10 + step), scale: 0.1)
                flat.fill(flat.gradients, entry.name, with: numbers)
            }
            flat.step(step, rate: 0.01)
        }
        return flat
    }

    /// Where a stretch ends has no part in a number's bits.
    @Test(
        arguments: [
            SGD(momentum: 0.9, nesterov: true, weightDecay: 0.1), Adam(weightDecay: 0.1),
            LAMB(weightDecay: 0.1),
        ] as [any Optimizer])
    func groupsThatChangeNothingChangeNoBit(optimizer: any Optimizer) throws {
        let plain = try trained(optimizer, groups: [])
        let apart = try trained(
            optimizer, groups: [ParameterGroup("b"), ParameterGroup("d", weightDecay: 0.1)])
        for entry in Self.layout.entries {
            #expect(
                bits(plain.numbers(plain.values, entry.name)) == bits(apart.numbers(apart.values, entry.name))
            )
        }
    }

    /// A rule of another package, as `Optimizer` documents it.
    private struct SignDescent: Optimizer {
        func update(_ part: ParameterUpdate) {
            for i in 0..<part.count where part.gradients[i] != 0 {
                part.parameters[i] -= part.gradients[i] > 0 ? part.learningRate : -part.learningRate
            }
        }
    }

    @Test func takesRulesOfItsOwn() throws {
        let flat = try trained(SignDescent(), groups: [ParameterGroup("c", rateFactor: 2)])
        #expect(flat.optimizer.stateNames == [])
        let before = awayFromZero(21, seed: 0)
        let signs = (10..<13).map { awayFromZero(21, seed: $0).map { $0 > 0 ? Float(0.01) : -0.01 } }
        let expected = before.indices.map { i in signs.reduce(before[i]) { $0 - $1[i] } }
        #expect(flat.numbers(flat.values, "a") == expected)
        #expect(flat.gaps(flat.values).allSatisfy { $0.bitPattern == 0 })
    }

    @Test func frozenParametersKeepTheirValuesAndHaveNoGradients() throws {
        let flat = try trained(
            Adam(), groups: [.frozen("b"), ParameterGroup(isFrozen: true) { $0.name == "c" }])
        #expect(flat.numbers(flat.values, "b") == awayFromZero(5, seed: 1))
        #expect(flat.numbers(flat.values, "c") == awayFromZero(40, seed: 2))
        #expect(flat.numbers(flat.values, "d") != awayFromZero(4, seed: 3))
        let before = flat.numbers(flat.gradients, "a")
        flat.optimizer.clearFrozen(flat.gradients)
        #expect(flat.numbers(flat.gradients, "a") == before && before.contains { $0 != 0 })
        for name in ["b", "c"] { #expect(flat.numbers(flat.gradients, name).allSatisfy { $0 == 0 }) }
    }

    @Test func aGroupOfNoParameterIsRefusedByName() {
        let error = #expect(throws: ParameterGroupError.self) {
            try GroupedOptimizer(SGD(), layout: Self.layout, groups: [.frozen("encoder.")])
        }
        #expect(
            error?.description == "no parameter's name begins with 'encoder.'; the network has a, b, c, d")
    }

    /// A network may have no biases at all.
    @Test func aGroupThatIsPickedMayBeEmpty() throws {
        let layout = ParameterLayout([("weight", [2, 2])])
        _ = try GroupedOptimizer(SGD(), layout: layout, groups: [.undecayedVectors])
    }
}
