import Formats
import TensorEngine
import TestSupport
import Testing

@testable import NN

/// Recurrent networks of two layers in both directions, from given states, against PyTorch's.
@Suite struct RecurrentTests {
    static let kinds: [(name: String, kind: RecurrentKind)] = [
        ("lstm", .lstm), ("gru", .gru), ("rnn", .rnn(.tanh)),
    ]

    /// A network with PyTorch's parameters, and what goes in.
    private struct Loaded {
        let file: SafeTensorsFile
        let network: Recurrent
        let x: Tensor
        /// `[layers · directions, batch, hidden]` each; the second is an LSTM's cell state.
        let states: [Tensor]

        init(_ name: String, _ kind: RecurrentKind) throws {
            file = try SafeTensorsFile(path: fixture("\(name)_stack.safetensors"))
            network = Recurrent(kind, features: 5, hidden: 6, layers: 2, isBidirectional: true)
            for (name, parameter) in network.namedParameters {
                #expect(file.entry(named: name)?.shape == parameter.shape, "\(name)")
                parameter.tensor.bind(values: Storage(try file.floats(name)))
            }
            x = try Self.leaf("x", of: file)
            states = try (kind == .lstm ? ["h_0", "c_0"] : ["h_0"]).map { [file] in
                try Self.leaf($0, of: file)
            }
        }

        private static func leaf(_ name: String, of file: SafeTensorsFile) throws -> Tensor {
            let shape = try #require(file.entry(named: name)).shape
            return Tensor(shape: shape, try file.floats(name), requiresGradient: true)
        }

        /// The initial states, cell by cell.
        var initial: [RecurrentState] {
            (0..<4).map { index in
                let parts = states.map { $0.sliced(axis: 0, index..<index + 1).reshaped(to: [3, 6]) }
                return RecurrentState(hidden: parts[0], cell: parts.count > 1 ? parts[1] : nil)
            }
        }

        /// `Σ ∂L/∂y ∘ y` for the gradient that PyTorch's tensor of that name got.
        func loss(_ y: Tensor, _ name: String) throws -> Tensor {
            (y * Tensor(shape: y.shape, try file.floats("\(name)_gradient"))).sum()
        }

        func expectValues(_ y: Tensor, _ name: String) throws {
            #expect(y.shape == file.entry(named: name)?.shape, "\(name)")
            #expect(mismatch(y.values, try file.floats(name)) == nil, "\(name)")
        }

        func expectGradient(_ tensor: Tensor, _ name: String) throws {
            #expect(
                mismatch(tensor.gradient, try file.floats("\(name)_gradient")) == nil, "gradient of \(name)")
        }
    }

    /// Final states as PyTorch gives them, `[layers · directions, batch, hidden]`.
    private func stacked(_ states: [Tensor]) -> Tensor {
        concatenate(states.map { $0.reshaped(to: [1] + $0.shape) }, axis: 0)
    }

    @Test(arguments: kinds)
    func twoLayersInBothDirectionsEqualPyTorch(name: String, kind: RecurrentKind) throws {
        let loaded = try Loaded(name, kind)
        let output = loaded.network(loaded.x, from: loaded.initial)
        let final = loaded.network.finalStates(loaded.x, from: loaded.initial)
        let hidden = stacked(final.map(\.hidden))
        try loaded.expectValues(output, "output")
        try loaded.expectValues(hidden, "h_n")
        var loss = try loaded.loss(output, "output") + loaded.loss(hidden, "h_n")
        #expect(final.allSatisfy { ($0.cell != nil) == (kind == .lstm) })
        if kind == .lstm {
            let cell = stacked(final.compactMap(\.cell))
            try loaded.expectValues(cell, "c_n")
            loss = loss + (try loaded.loss(cell, "c_n"))
        }
        loss.backward()
        for (name, parameter) in loaded.network.namedParameters {
            try loaded.expectGradient(parameter.tensor, name)
        }
        for (name, tensor) in zip(["x", "h_0", "c_0"], [loaded.x] + loaded.states) {
            try loaded.expectGradient(tensor, name)
        }
    }

    @Test(arguments: kinds)
    func lastStepIsTheLastOfAll(name: String, kind: RecurrentKind) throws {
        let loaded = try Loaded(name, kind)
        let all = loaded.network(loaded.x, from: loaded.initial)
        let last = loaded.network(loaded.x, from: loaded.initial, returning: .last)
        #expect(last.shape == [3, 12])
        #expect(last.values == all.sliced(axis: 1, 3..<4).values)
    }

    /// One layer in one direction, whose last step is computed apart.
    @Test(arguments: kinds)
    func aNetworkOfOneLayerIsItsCell(name: String, kind: RecurrentKind) throws {
        let network = Recurrent(kind, features: 5, hidden: 6)
        network.initialize(seed: 1)
        let x = Tensor(shape: [2, 3, 5], awayFromZero(30))
        let all = network(x).values
        let last = network(x, returning: .last).values
        #expect(last == [all[12..<18], all[30..<36]].flatMap { $0 })
        #expect(network.finalStates(x)[0].hidden.values == last)
    }

    @Test func refusesStatesForOtherLayers() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            let network = Recurrent(.gru, features: 2, hidden: 3, layers: 2)
            let state = RecurrentState(hidden: Tensor(zeros: [1, 3]), cell: nil)
            _ = network(Tensor(zeros: [1, 4, 2]), from: [state])
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("2 layers and directions need as many initial states, got 1"))
    }
}
