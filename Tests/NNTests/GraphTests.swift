import NN
import TensorEngine
import Testing

/// What an exporter reads of a recorded graph: every node's op, attributes and operands.
@Suite struct GraphTests {
    private func graph(of model: any Model, _ shared: SharedTestModel, _ mode: Mode) -> [Tensor] {
        model.outcome(of: shared.batch(0..<2), mode: mode).loss.topologicalOrder()
    }

    @Test(arguments: models, [Mode.training, .evaluation])
    func everyNodeTellsWhatItIs(shared: SharedTestModel, mode: Mode) throws {
        let model = try shared.make()
        let graph = graph(of: model, shared, mode)
        let computed = graph.filter { $0.operation != nil }
        #expect(computed.count > 1)
        #expect(computed.allSatisfy { $0.operation?.name.isEmpty == false })
        // What has operands is computed; operands come first.
        #expect(graph.allSatisfy { $0.operands.isEmpty || $0.operation != nil })
        var met: Set<ObjectIdentifier> = []
        for node in graph {
            #expect(node.operands.allSatisfy { met.contains(ObjectIdentifier($0)) })
            met.insert(ObjectIdentifier(node))
        }
        // The leaves that want a gradient are the parameters.
        let leaves = graph.filter { $0.operation == nil && $0.requiresGradient }
        #expect(
            Set(leaves.map(ObjectIdentifier.init))
                == Set(model.namedParameters.map { ObjectIdentifier($0.parameter.tensor) }))
    }

    @Test func theGraphOfAConvolutionalNetwork() throws {
        let shared = try #require(models.first { $0.name == "cnn" })
        let operations = try graph(of: shared.make(), shared, .training).compactMap(\.operation)
        let convolution = Operation(
            "conv2dReLUMaxPool", ["stride": .integer(1), "padding": .integer(0), "pool": .integer(2)])
        #expect(
            operations.map(\.name) == [
                "reshape", "conv2dReLUMaxPool", "conv2dReLUMaxPool", "reshape", "linear", "relu", "linear",
                "crossEntropy",
            ])
        #expect(operations[1] == convolution && operations[2] == convolution)
        #expect(operations[3].attributes == ["shape": .integers([2, 1024])])
    }

    @Test func aRecurrentLayerSaysWhichStatesItGets() {
        let (x, state) = (Tensor(zeros: [2, 3, 4]), Tensor(zeros: [2, 5]))
        let parameters = [[20, 4], [20, 5], [20], [20]].map { Tensor(zeros: $0, requiresGradient: true) }
        let y = lstm(
            x, inputWeight: parameters[0], hiddenWeight: parameters[1], inputBias: parameters[2],
            hiddenBias: parameters[3], initialCell: state, returning: .last)
        #expect(
            y.operation
                == Operation(
                    "lstm",
                    ["returning": .text("last"), "initialHidden": .flag(false), "initialCell": .flag(true)]))
        #expect(y.operands.map(\.shape) == [[2, 3, 4], [20, 4], [20, 5], [20], [20], [2, 5]])
    }
}
