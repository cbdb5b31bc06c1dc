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

    @Test func layerNormEqualsPyTorch() throws {
        let layer = LayerNorm(5, 8)
        try check("layer_norm_axes", layer) { layer($0) }
    }

    @Test func groupNormEqualsPyTorch() throws {
        let layer = GroupNorm(groups: 3, channels: 6)
        try check("group_norm", layer) { layer($0) }
    }

    @Test func transposedConvolutionEqualsPyTorch() throws {
        let layer = ConvTranspose2d(
            inputs: 5, outputs: 4, kernel: 3, stride: 2, padding: 1, outputPadding: 1)
        try check("conv_transpose2d_strided", layer) { layer($0) }
    }

    static let activations: [(String, @Sendable (Tensor) -> Tensor)] = [
        ("gelu", { GELU()($0) }), ("gelu_tanh", { GELU(approximation: .tanh)($0) }), ("silu", { SiLU()($0) }),
        ("leaky_relu", { LeakyReLU(slope: 0.1)($0) }), ("softplus", { Softplus()($0) }),
    ]

    @Test(arguments: activations)
    func activationEqualsPyTorch(name: String, layer: @Sendable (Tensor) -> Tensor) throws {
        let file = try SafeTensorsFile(path: fixture("activations.safetensors"))
        let x = Tensor(shape: [5, 7], try file.floats("x"))
        #expect(mismatch(layer(x).values, try file.floats("\(name)_output")) == nil)
    }

    /// Normalisation begins as the identity on what is normal already.
    @Test func normalisationBeginsWithOnesAndZeros() {
        for layer in [LayerNorm(3, 4) as any Module, GroupNorm(groups: 2, channels: 4)] {
            layer.initialize(seed: 1)
            #expect(layer.namedParameters.map(\.name) == ["weight", "bias"])
            #expect(layer.namedParameters[0].parameter.tensor.values.allSatisfy { $0 == 1 })
            #expect(layer.namedParameters[1].parameter.tensor.values.allSatisfy { $0 == 0 })
        }
    }

    /// PyTorch's bound: 1/√(outputs · kernel²).
    @Test func transposedConvolutionBeginsWithinItsBound() {
        let layer = ConvTranspose2d(inputs: 50, outputs: 4, kernel: 5)
        layer.initialize(seed: 1)
        let largest = layer.weight.tensor.values.reduce(0) { max($0, abs($1)) }
        #expect(0.098...0.1 ~= largest)
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
