import TensorEngine
import TestSupport
import Testing

/// A leaf of random values of either sign, none of them near zero.
func randomLeaf(_ shape: [Int], seed: UInt64 = 1, scale: Float = 1) -> Tensor {
    Tensor(
        shape: shape, awayFromZero(shape.reduce(1, *), seed: seed, scale: scale), requiresGradient: true)
}

/// `Σ w ∘ x`, a scalar through which any gradient `w` flows back: an op's output alone is no single value.
func weightedSum(_ x: Tensor, _ weights: [Float]) -> Tensor {
    Tensor("weightedSum", shape: [], from: x) { y in
        y.pointer[0] = zip(x.values, weights).reduce(0) { $0 + $1.0 * $1.1 }
    } backward: { y in
        x.receiveGradient { target, beta in
            for i in 0..<x.count {
                target[i] = y.gradientPointer[0] * weights[i] + (beta == 0 ? 0 : target[i])
            }
        }
    }
}

/// Expects `backward()` of `f` to agree with finite differences, for every element of every input.
///
///     ∂L/∂xᵢ ≈ (8 (L(xᵢ + h) − L(xᵢ − h)) − (L(xᵢ + 2h) − L(xᵢ − 2h))) / 12h      L = Σ w ∘ f(x), w random
///
/// - Parameters:
///   - shapes: one for each tensor that `f` takes.
///   - scale: inputs lie 0.5 ... 1.5 times this from zero.
///   - tolerance: absolute, and relative to the finite difference.
func checkGradients(
    inputs shapes: [[Int]], scale: Float = 1, tolerance: Double = 3e-4,
    sourceLocation: SourceLocation = #_sourceLocation, _ f: ([Tensor]) -> Tensor
) {
    let inputs = shapes.enumerated().map { randomLeaf($1, seed: UInt64($0 + 1), scale: scale) }
    let output = f(inputs)
    let weights = awayFromZero(output.count, seed: 99)
    let recording = Recording(of: weightedSum(output, weights))
    recording.backward()
    let gradients = inputs.map(\.gradient)

    func loss(_ input: Tensor, _ index: Int, at value: Float) -> Double {
        let old = input.pointer[index]
        defer { input.pointer[index] = old }
        input.pointer[index] = value
        recording.forward()
        return zip(output.values, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    for (position, input) in inputs.enumerated() {
        let differences = (0..<input.count).map { index in
            let (x, h) = (input.pointer[index], scale / 64)
            let near = loss(input, index, at: x + h) - loss(input, index, at: x - h)
            let far = loss(input, index, at: x + 2 * h) - loss(input, index, at: x - 2 * h)
            return (8 * near - far) / (12 * Double(h))
        }
        #expect(
            mismatch(gradients[position], differences, atol: tolerance, rtol: tolerance) == nil,
            "input \(position) \(input.shape)", sourceLocation: sourceLocation)
        #expect(
            differences.contains { abs($0) > 10 * tolerance }, "input \(position) has no influence",
            sourceLocation: sourceLocation)
    }
}
