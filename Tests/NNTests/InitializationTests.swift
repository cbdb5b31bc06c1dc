import Samples
import TensorEngine
import TestSupport
import Testing

@testable import NN

@Suite struct InitializationTests {
    @Test(arguments: models.indices)
    func valuesAreAFunctionOfSeedAndName(index: Int) throws {
        let (a, b, other) = (try models[index].make(), try models[index].make(), try models[index].make())
        a.initialize(seed: 7)
        b.initialize(seed: 8)
        b.initialize(seed: 7)  // nothing of an earlier seed stays
        other.initialize(seed: 8)
        for ((name, x), ((_, y), (_, z))) in zip(
            a.namedParameters, zip(b.namedParameters, other.namedParameters))
        {
            #expect(bits(x.tensor.values) == bits(y.tensor.values), "\(name)")
            #expect(x.tensor.values != z.tensor.values, "\(name)")
        }
    }

    /// A parameter keeps its values when others are added before it.
    @Test func valuesDoNotDependOnTheOtherParameters() throws {
        let (narrow, wide) = (
            try RecurrentClassifier(.lstm, .mnist, hidden: 5),
            try RecurrentClassifier(.lstm, SampleShape(input: [28, 9], target: .classes(10)), hidden: 5)
        )
        narrow.initialize(seed: 3)
        wide.initialize(seed: 3)
        let names = narrow.namedParameters.map(\.name)
        for (index, name) in names.enumerated() where name != "lstm.weight_ih_l0" {
            let pair = [narrow, wide].map { $0.namedParameters[index].parameter.tensor.values }
            #expect(pair[0] == pair[1], "\(name)")
        }
    }

    @Test func parametersOfOneShapeDiffer() {
        let lstm = Recurrent(.lstm, features: 4, hidden: 4)
        lstm.initialize(seed: 1)
        let cell = lstm.cells[0]
        #expect(cell.inputBias.tensor.values != cell.hiddenBias.tensor.values)
        #expect(cell.inputWeight.tensor.values != cell.hiddenWeight.tensor.values)
    }

    /// PyTorch draws a linear layer from ±1/√inputs, a convolution from ±1/√window, an LSTM from ±1/√hidden.
    static let layers: [(module: @Sendable () -> any Module, bound: Float)] = [
        ({ Linear(inputs: 784, outputs: 64) }, 1 / 28),
        ({ Recurrent(.lstm, features: 28, hidden: 100) }, 0.1),
        ({ Conv2d(inputs: 4, outputs: 32, kernel: 5) }, 0.1),
        ({ Gaussian(features: 64, classes: 40) }, 0.125),
    ]

    @Test(arguments: layers.indices)
    func valuesAreUniformWithinTheBound(index: Int) {
        let (make, bound) = Self.layers[index]
        let module = make()
        module.initialize(seed: 5)
        for (name, parameter) in module.namedParameters {
            let values = parameter.tensor.values.map { Double($0 / bound) }
            let (count, root) = (Double(values.count), Double(values.count).squareRoot())
            let mean = values.reduce(0, +) / count
            let variance = values.reduce(0) { $0 + $1 * $1 } / count
            #expect(values.allSatisfy { abs($0) <= 1 }, "\(name)")
            #expect(values.contains { abs($0) > 1 - 10 / count }, "\(name)")
            // Five standard deviations of the mean (1/√3n) and of the variance (√(4/45n)).
            #expect(abs(mean) < 5 * 0.578 / root, "\(name)")
            #expect(abs(variance - 1.0 / 3) < 5 * 0.299 / root, "\(name)")
        }
    }

    /// PyTorch draws an embedding from the standard normal distribution.
    @Test func embeddingsAreStandardNormal() {
        let table = Embedding(count: 500, features: 40)
        table.initialize(seed: 5)
        let values = table.weight.tensor.values.map(Double.init)
        let count = Double(values.count)
        func share(within limit: Double) -> Double { Double(values.filter { abs($0) < limit }.count) / count }
        #expect(abs(values.reduce(0, +) / count) < 5 / count.squareRoot())
        #expect(abs(values.reduce(0) { $0 + $1 * $1 } / count - 1) < 5 * (2 / count).squareRoot())
        #expect(abs(share(within: 1) - 0.6827) < 0.017 && abs(share(within: 2) - 0.9545) < 0.008)
        #expect(values.allSatisfy { abs($0) < 6 })
    }
}
