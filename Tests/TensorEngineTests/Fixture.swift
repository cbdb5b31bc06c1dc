import Formats
import TensorEngine
import TestSupport
import Testing

/// Inputs, outputs and gradients that PyTorch computed (`scripts/make-fixtures.py`).
struct Fixture {
    private let file: SafeTensorsFile

    init(_ name: String) throws {
        file = try SafeTensorsFile(path: fixture("\(name).safetensors"))
    }

    /// A leaf of PyTorch's values.
    func leaf(_ name: String) throws -> Tensor {
        let entry = try #require(file.entry(named: name), "no tensor '\(name)' in \(file.path)")
        return Tensor(shape: entry.shape, try file.floats(name), requiresGradient: true)
    }

    func integers(_ name: String) throws -> [Int] { try file.integers(name).map(Int.init) }

    /// Expects `f` to give PyTorch's output, and each input PyTorch's gradient.
    ///
    /// - Parameters:
    ///   - prefix: what stands before the names of the output and the gradients.
    ///   - upstream: the gradient of the output; without one it is 1.
    func check(
        inputs names: [String], prefix: String = "", output outputName: String = "output",
        upstream: String? = "output_gradient", sourceLocation: SourceLocation = #_sourceLocation,
        _ f: ([Tensor]) -> Tensor
    ) throws {
        let inputs = try names.map(leaf)
        let output = f(inputs)
        let expected = try leaf(prefix + outputName)
        #expect(output.shape == expected.shape || output.count == 1, sourceLocation: sourceLocation)
        #expect(mismatch(output.values, expected.values) == nil, sourceLocation: sourceLocation)
        weightedSum(output, try upstream.map(file.floats) ?? [1]).backward()
        for (name, input) in zip(names, inputs) {
            let gradient = try leaf("\(prefix)\(name)_gradient")
            #expect(
                mismatch(input.gradient, gradient.values) == nil, "gradient of \(name)",
                sourceLocation: sourceLocation)
        }
    }
}
