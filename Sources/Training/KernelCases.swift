import TensorEngine

/// A product that training does, and where it comes from.
struct ProductCase {
    let name: String
    let shape: ProductBenchmark.Shape

    init(_ name: String, m: Int, n: Int, k: Int) {
        self.name = name
        shape = ProductBenchmark.Shape(m: m, n: n, k: k)
    }

    /// The products of the networks on MNIST's rows of 28 pixels, and of wider ones.
    ///
    /// - Parameter samples: of a shard.
    static func ofTraining(samples: Int) -> [ProductCase] {
        let shards = [1, 4, 8].filter { $0 != samples } + [samples]
        return [100, 256, 512, 1024].flatMap { lstm(hidden: $0, shards: shards) } + [
            ProductCase("gru 100: [Wr Wz U] [x; h], a step", m: 200, n: samples, k: 128),
            ProductCase("rnn 100: [W U] [x; h], a step", m: 100, n: samples, k: 128),
            ProductCase("mlp: fc1", m: 128, n: samples, k: 784),
            ProductCase("mlp: ∂fc1", m: 128, n: 784, k: samples),
            ProductCase("cnn: fc1", m: 128, n: samples, k: 1024),
            ProductCase("cnn: ∂fc1", m: 128, n: 1024, k: samples),
            ProductCase("lenet5: fc1", m: 120, n: samples, k: 400),
            ProductCase("1,024 cubed", m: 1024, n: 1024, k: 1024),
        ]
    }

    /// Forward and back through time with shards of so many samples; then a weight's gradient over 128 rows of them.
    private static func lstm(hidden: Int, shards: [Int]) -> [ProductCase] {
        let steps = shards.flatMap { samples in
            [
                ProductCase(
                    "lstm \(hidden): [W U] [x; h], a step", m: 4 * hidden, n: samples, k: 28 + hidden),
                ProductCase("lstm \(hidden): Uᵀ ∂gates, a step", m: hidden, n: samples, k: 4 * hidden),
            ]
        }
        return steps + [
            ProductCase("lstm \(hidden): ∂[W U], some steps", m: 4 * hidden, n: 28 + hidden, k: 128)
        ]
    }
}

/// A convolution with square filters over square images, forward and backward together.
public struct ConvolutionCase: Sendable {
    public let batch, inputs, outputs, side, kernel, padding: Int

    public var name: String { "conv \(kernel)×\(kernel), \(inputs) → \(outputs) at \(side)×\(side)" }

    /// Of one pass: two for each multiplication of the output, of the filters' gradient and of the input's.
    public var operations: Int {
        let outputSide = side + 2 * padding - kernel + 1
        return 6 * batch * outputs * outputSide * outputSide * inputs * kernel * kernel
    }

    /// The blocks of an ordinary image network.
    static let ofTraining = [(3, 32, 32), (32, 64, 32), (64, 128, 16), (128, 256, 8)].map {
        ConvolutionCase(batch: 32, inputs: $0, outputs: $1, side: $2, kernel: 3, padding: 1)
    }

    /// 10⁹ operations a second of the engine's convolution; nil: it has no benchmark of one yet.
    func measure(seconds: Double, now: () -> Double) -> Double? { nil }
}
