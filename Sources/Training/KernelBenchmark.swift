import TensorEngine

/// The verb `bench kernels`: how much of this core's peak the engine's products and convolutions reach, shape by shape.
public struct KernelBenchmark {
    public enum Kind: String, CaseIterable, Sendable { case products, convolutions }

    /// A product of training, and its speed in 10⁹ operations a second.
    public struct Product: Sendable {
        public let name: String
        public let shape: ProductBenchmark.Shape
        public let result: ProductBenchmark.Result
    }

    /// A convolution, and its speed in 10⁹ operations a second; nil where the engine offers none to measure.
    public struct Convolution: Sendable {
        public let shape: ConvolutionCase
        public let ours: Double?
    }

    /// The most this core can do, in 10⁹ operations a second.
    public let peak: Double
    public let products: [Product]
    public let convolutions: [Convolution]

    /// Measures for about `seconds` seconds.
    ///
    /// - Parameters:
    ///   - kind: what to measure; nil for everything.
    ///   - samples: of a shard: products of so many are measured beside those of 1, 4 and 8.
    public init(_ kind: Kind? = nil, samples: Int, seconds: Double, clock: Clock = .system) {
        let now = clock.monotonicSeconds
        let productCases = kind == .convolutions ? [] : ProductCase.ofTraining(samples: samples)
        let convolutionCases = kind == .products ? [] : ConvolutionCase.ofTraining
        let share = seconds / Double(productCases.count + convolutionCases.count)
        peak = ProductBenchmark.peak(seconds: 0.2, now: now)
        products = productCases.map {
            let result = ProductBenchmark.measure($0.shape, seconds: share, now: now)
            return Product(name: $0.name, shape: $0.shape, result: result)
        }
        convolutions = convolutionCases.map {
            Convolution(shape: $0, ours: $0.measure(seconds: share, now: now))
        }
    }
}
