import TensorEngine
import Training

/// The verb `bench kernels`: how much of this core's peak the engine's products and convolutions reach, shape by shape.
public struct KernelBenchmark {
    public enum Kind: String, CaseIterable, Sendable { case products, convolutions }

    /// A product of training, and its speed in 10⁹ operations a second.
    public struct Product: Sendable {
        public let name: String
        public let shape: ProductBenchmark.Shape
        public let result: ProductBenchmark.Result
    }

    /// A convolution, and its speed.
    public struct Convolution: Sendable {
        public let convolution: ConvolutionCase
        public let result: ConvolutionBenchmark.Result
    }

    /// The most this core can do, in 10⁹ operations a second.
    public let peak: Double
    public let products: [Product]
    public let convolutions: [Convolution]

    /// Measures for about `seconds` seconds.
    ///
    /// - Parameters:
    ///   - kind: what to measure; nil for everything.
    ///   - samples: of a pass: products of so many are measured beside those of 1, 4 and 8.
    ///   - shards: that it computes.
    /// - Throws: `noOpenBLAS` where there is nothing to measure products against.
    public init(
        _ kind: Kind? = nil, samples: Int, shards: Int, seconds: Double, clock: Clock = .system
    ) throws(TrainingError) {
        guard kind == .convolutions || ProductLibrary.openblas.isAvailable else { throw .noOpenBLAS }
        let now = clock.monotonicSeconds
        let productCases =
            kind == .convolutions ? [] : ProductCase.ofTraining(samples: samples, shards: shards)
        let convolutionCases = kind == .products ? [] : ConvolutionCase.ofTraining
        let share = seconds / Double(productCases.count + convolutionCases.count)
        peak = ProductBenchmark.peak(seconds: 0.2, now: now)
        products = productCases.map {
            let result = ProductBenchmark.measure($0.shape, seconds: share, now: now)
            return Product(name: $0.name, shape: $0.shape, result: result)
        }
        convolutions = convolutionCases.map {
            Convolution(
                convolution: $0,
                result: ConvolutionBenchmark.measure($0.shape, seconds: share, now: now))
        }
    }
}
