import Formats
import NN
import TensorEngine
import TestSupport
import Testing

/// A layer that finds its parameters in a PyTorch file by name computes what PyTorch did.
@Suite struct LayerTests {
    /// Loads the layer from the fixture and compares its output.
    private func check(_ name: String, _ module: some Module, _ forward: (Tensor) -> Tensor) throws {
        let file = try SafeTensorsFile(path: fixture("\(name).safetensors"))
        for (name, parameter) in module.namedParameters {
            #expect(file.entry(named: name)?.shape == parameter.shape, "\(name)")
            parameter.tensor.bind(values: Storage(try file.floats(name)))
        }
        let x = Tensor(shape: try #require(file.entry(named: "x")).shape, try file.floats("x"))
        let output = forward(x)
        #expect(output.shape == file.entry(named: "output")?.shape)
        #expect(mismatch(output.values, try file.floats("output")) == nil)
    }

    @Test func linearEqualsPyTorch() throws {
        let layer = Linear(inputs: 7, outputs: 3)
        try check("linear", layer) { layer($0) }
    }

    @Test func convolutionEqualsPyTorch() throws {
        let layer = Conv2d(inputs: 3, outputs: 4, kernel: 5, padding: 2)
        try check("conv2d_padded", layer) { layer($0) }
    }

    @Test func gaussianEqualsPyTorch() throws {
        let layer = Gaussian(features: 84, classes: 10)
        try check("gaussian", layer) { layer($0) }
    }

    static let kinds: [(String, RecurrentKind)] = [
        ("lstm", .lstm), ("gru", .gru), ("rnn", .rnn(.tanh)), ("rnn_relu", .rnn(.relu)),
    ]

    @Test(arguments: kinds)
    func recurrentEqualsPyTorch(name: String, kind: RecurrentKind) throws {
        let layer = Recurrent(kind, features: 28, hidden: 20)
        try check(name, layer) { layer($0) }
    }
}
