import Determinism
import NN
import TensorEngine
import Testing

@Suite struct ParameterLayoutTests {
    @Test(arguments: models.indices)
    func rangesAreAlignedAndDisjoint(index: Int) throws {
        let model = try models[index].make()
        let layout = ParameterLayout(of: model)
        #expect(layout.entries.map(\.name) == model.namedParameters.map(\.name))
        var end = 0
        for (entry, (_, parameter)) in zip(layout.entries, model.namedParameters) {
            #expect(entry.shape == parameter.shape && entry.range.count == parameter.tensor.count)
            #expect(entry.range.lowerBound % 16 == 0)
            #expect(entry.range.lowerBound >= end && entry.range.lowerBound - end < 16)
            end = entry.range.upperBound
        }
        #expect(layout.count >= end && layout.count - end < 16 && layout.count % 16 == 0)
        #expect(layout.parameterCount == model.namedParameters.reduce(0) { $0 + $1.parameter.tensor.count })
    }

    @Test func bindMakesWindows() {
        let layer = Linear(inputs: 3, outputs: 2)
        let layout = ParameterLayout(of: layer)
        let (values, gradients) = (Storage(count: layout.count + 5), Storage(count: layout.count))
        layout.bind(layer, values: values, gradients: gradients)
        layer.initialize(seed: 1)
        layer(Tensor(shape: [1, 3], [1, 2, 3])).sum().backward()
        #expect(layout.entries.map(\.range) == [0..<6, 16..<18])
        #expect(Array(values.values[0..<6]) == layer.weight.tensor.values)
        #expect(Array(values.values[16..<18]) == layer.bias.tensor.values)
        #expect(gradients.values == [1, 2, 3, 1, 2, 3] + zeros(10) + [1, 1] + zeros(14))
        #expect(values.values[6..<16].allSatisfy { $0 == 0 })
    }

    @Test func bindLeavesWhatIsNotGiven() {
        let layer = Linear(inputs: 3, outputs: 2)
        layer.initialize(seed: 1)
        let before = layer.weight.tensor.values
        let layout = ParameterLayout(of: layer)
        layout.bind(layer, gradients: Storage(count: layout.count))
        #expect(layer.weight.tensor.values == before)
    }

    private func zeros(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }

    private struct Twins: Module {
        let fc = Linear(inputs: 1, outputs: 1)
        var children: KeyValuePairs<String, any Module> { ["fc": fc, "fc": fc] }
    }

    @Test func refusesTwoParametersOfOneName() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = ParameterLayout(of: Twins())
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("two parameters are called 'fc.weight'"))
    }
}
