import Kernels

/// Inverted dropout (Srivastava et al. 2014): each value is dropped or scaled up, `y = x ∘ m`, `m = 0` with the given
/// probability `p`, else `1 / (1 − p)`.
///
/// The mask is a pure function of (seed, step, sample, name): the same at any world size and in any shard.
///
/// - Parameters:
///   - x: `[n, …]`, one entry for each of the samples of `keys`.
///   - probability: p, in 0 ..< 1.
///   - name: tells this layer's masks from those of others.
public func dropout(_ x: Tensor, probability: Float, keys: SampleKeys, name: String) -> Tensor {
    requireShape(
        x.shape.first == keys.count && (0..<1).contains(probability),
        "dropout needs [n, …] for n samples and 0 ≤ p < 1, got \(x.shape), \(keys.count) and \(probability)")
    let size = x.count / max(keys.count, 1)
    let mask = Storage(count: x.count)
    let kept = 1 / (1 - probability)
    return Tensor(
        Operation("dropout", ["probability": .number(probability), "name": .text(name)]), shape: x.shape,
        from: x
    ) { y in
        for sample in 0..<keys.count {
            var stream = keys.stream(at: sample, name: name)
            for index in sample * size..<(sample + 1) * size {
                mask.pointer[index] = stream.nextUnit() < probability ? 0 : kept
            }
        }
        kernels.multiply(y.count, x.pointer, mask.pointer, into: y.pointer, beta: 0)
    } backward: { y in
        x.receiveGradient { kernels.multiply(y.count, y.gradientPointer, mask.pointer, into: $0, beta: $1) }
    }.keepingSamples(of: x)
}
