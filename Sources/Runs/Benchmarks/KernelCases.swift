import TensorEngine

/// A product that training does, and where it comes from.
struct ProductCase {
    let name: String
    let shape: ProductBenchmark.Shape

    init(_ name: String, _ shape: ProductBenchmark.Shape) {
        self.name = name
        self.shape = shape
    }

    /// The products of the networks on MNIST's rows of 28 pixels, and of wider ones.
    ///
    /// - Parameters:
    ///   - samples: of a pass.
    ///   - shards: that it computes.
    static func ofTraining(samples: Int, shards: Int) -> [ProductCase] {
        let passes = [1, 4, 8].filter { $0 != samples } + [samples]
        let counts = [Int](repeating: max(1, samples / shards), count: shards)
        return [100, 256, 512, 1024].flatMap { lstm(hidden: $0, passes: passes, shards: counts) } + [
            ProductCase("gru 100: [x h] [Wr Wz U]ᵀ, a step", .init(m: samples, n: 200, k: 128)),
            ProductCase("rnn 100: [x h] [W U]ᵀ, a step", .init(m: samples, n: 100, k: 128)),
            ProductCase("mlp: fc1", .init(m: samples, n: 128, k: 784)),
            ProductCase("mlp: ∂fc1", .init(m: 128, n: 784, sumOver: counts)),
            ProductCase("cnn: fc1", .init(m: samples, n: 128, k: 1024)),
            ProductCase("cnn: ∂fc1", .init(m: 128, n: 1024, sumOver: counts)),
            ProductCase("lenet5: fc1", .init(m: samples, n: 120, k: 400)),
            ProductCase("1,024 cubed", .init(m: 1024, n: 1024, k: 1024)),
        ]
    }

    /// Forward and back through time with passes of so many samples; then the weights' gradient of the last.
    private static func lstm(hidden: Int, passes: [Int], shards: [Int]) -> [ProductCase] {
        let steps = passes.flatMap { samples in
            [
                ProductCase(
                    "lstm \(hidden): [x h] [W U]ᵀ, a step", .init(m: samples, n: 4 * hidden, k: 28 + hidden)),
                ProductCase("lstm \(hidden): ∂gate U, a step", .init(m: samples, n: hidden, k: hidden)),
            ]
        }
        let gradient = ProductBenchmark.Shape(m: 4 * hidden, n: 28 + hidden, sumOver: shards, steps: 28)
        return steps + [ProductCase("lstm \(hidden): ∂[W U], 28 steps", gradient)]
    }
}

/// A convolution of square images by square filters, and where it comes from.
public struct ConvolutionCase: Sendable {
    public let name: String
    public let shape: ConvolutionBenchmark.Shape
    /// Whether scripts/bench-vs-peers holds it against PyTorch.
    public let isCompared: Bool

    init(
        _ name: String, isCompared: Bool = false, channels: Int, filters: Int, size: Int, kernel: Int,
        stride: Int = 1, padding: Int = 0, pool: Int = 1, hasInputGradient: Bool = true
    ) {
        self.name = name
        self.isCompared = isCompared
        shape = ConvolutionBenchmark.Shape(
            channels: channels, filters: filters, size: size, kernel: kernel, stride: stride,
            padding: padding, pool: pool, hasInputGradient: hasInputGradient)
    }

    /// Layers of image networks of other people, those of ours, and what else a network might use.
    static let ofTraining: [ConvolutionCase] = [
        ConvolutionCase(
            "3→32, 32×32, first", channels: 3, filters: 32, size: 32, kernel: 3, padding: 1,
            hasInputGradient: false),
        ConvolutionCase(
            "3→32, 32×32", isCompared: true, channels: 3, filters: 32, size: 32, kernel: 3, padding: 1),
        ConvolutionCase(
            "32→64, 32×32", isCompared: true, channels: 32, filters: 64, size: 32, kernel: 3, padding: 1),
        ConvolutionCase(
            "64→128, 16×16", isCompared: true, channels: 64, filters: 128, size: 16, kernel: 3, padding: 1),
        ConvolutionCase(
            "128→256, 8×8", isCompared: true, channels: 128, filters: 256, size: 8, kernel: 3, padding: 1),
        ConvolutionCase("256→256, 8×8", channels: 256, filters: 256, size: 8, kernel: 3, padding: 1),
        ConvolutionCase("16→16, 32×32", channels: 16, filters: 16, size: 32, kernel: 3, padding: 1),
        ConvolutionCase("16→16, 8×8", channels: 16, filters: 16, size: 8, kernel: 3, padding: 1),
        ConvolutionCase("32→32, 5×5, 16×16", channels: 32, filters: 32, size: 16, kernel: 5, padding: 2),
        ConvolutionCase(
            "64→128, stride 2, 32×32", channels: 64, filters: 128, size: 32, kernel: 3, stride: 2, padding: 1),
        ConvolutionCase(
            "16→32, stride 2, 32×32", channels: 16, filters: 32, size: 32, kernel: 3, stride: 2, padding: 1),
        ConvolutionCase(
            "128→128, stride 2, 16×16", channels: 128, filters: 128, size: 16, kernel: 3, stride: 2,
            padding: 1),
        ConvolutionCase("16→16, 1×1, 32×32", channels: 16, filters: 16, size: 32, kernel: 1),
        ConvolutionCase("16→64, 1×1, 16×16", channels: 16, filters: 64, size: 16, kernel: 1),
        ConvolutionCase("64→64, 1×1, 16×16", channels: 64, filters: 64, size: 16, kernel: 1),
        ConvolutionCase("256→64, 1×1, 8×8", channels: 256, filters: 64, size: 8, kernel: 1),
        ConvolutionCase(
            "128→256, 1×1, stride 2, 16×16", channels: 128, filters: 256, size: 16, kernel: 1, stride: 2),
        ConvolutionCase(
            "cnn: conv1", channels: 1, filters: 32, size: 28, kernel: 5, pool: 2, hasInputGradient: false),
        ConvolutionCase("cnn: conv2", channels: 32, filters: 64, size: 12, kernel: 5, pool: 2),
        ConvolutionCase(
            "lenet5: conv1", channels: 1, filters: 6, size: 28, kernel: 5, padding: 2, pool: 2,
            hasInputGradient: false),
        ConvolutionCase("lenet5: conv2", channels: 6, filters: 16, size: 14, kernel: 5, pool: 2),
    ]
}
