import Kernels

/// How fast the convolution ops are, as a training step calls them.
public enum ConvolutionBenchmark {
    /// A convolution of square images by square filters.
    public struct Shape: Sendable {
        public let samples, channels, filters, size, kernel, stride, padding: Int
        /// The pooling window of `conv2dReLUMaxPool`, or 1 for `conv2d`.
        public let pool: Int
        /// Whether ∂L/∂x is wanted: not in a first layer.
        public let hasInputGradient: Bool

        public init(
            samples: Int = 32, channels: Int, filters: Int, size: Int, kernel: Int,
            stride: Int = 1, padding: Int = 0, pool: Int = 1, hasInputGradient: Bool = true
        ) {
            (self.samples, self.channels, self.filters) = (samples, channels, filters)
            (self.size, self.kernel, self.stride, self.padding) = (size, kernel, stride, padding)
            (self.pool, self.hasInputGradient) = (pool, hasInputGradient)
        }
    }

    /// What was measured, in 10⁹ operations a second of the dense products: `backward` counts those of ∂L/∂weight and,
    /// where it is wanted, of ∂L/∂x. After pooling the backward pass does not do them all.
    public struct Result: Sendable {
        public let forward, backward: Double
        /// Of both passes together.
        public let both: Double
        /// Of one forward and backward pass.
        public let operations: Int
    }

    /// The best of several tries, forward and backward in turns.
    public static func measure(_ shape: Shape, seconds: Double, now: () -> Double) -> Result {
        func tensor(_ sizes: [Int], requiresGradient: Bool) -> Tensor {
            let count = sizes.reduce(1, *)
            return Tensor(
                shape: sizes, (0..<count).map { Float($0 % 13) / 13 - 0.5 },
                requiresGradient: requiresGradient)
        }
        let x = tensor(
            [shape.samples, shape.channels, shape.size, shape.size], requiresGradient: shape.hasInputGradient)
        let weight = tensor(
            [shape.filters, shape.channels, shape.kernel, shape.kernel], requiresGradient: true)
        let bias = tensor([shape.filters], requiresGradient: true)
        let y =
            shape.pool == 1
            ? conv2d(x, weight: weight, bias: bias, stride: shape.stride, padding: shape.padding)
            : conv2dReLUMaxPool(
                x, weight: weight, bias: bias, stride: shape.stride, padding: shape.padding, pool: shape.pool)
        for index in 0..<y.count { y.gradientPointer[index] = Float(index % 11) / 11 - 0.5 }
        func time(_ pass: () -> Void) -> Double {
            let start = now()
            var rounds = 0
            repeat {
                pass()
                rounds += 1
            } while now() - start < seconds / 80
            return (now() - start) / Double(rounds)
        }
        var (forward, backward) = (Double.infinity, Double.infinity)
        for _ in 0..<40 {
            forward = min(forward, time { y.forwardPass?(y) })
            backward = min(
                backward,
                time {
                    for tensor in [x, weight, bias] { tensor.hasGradient = false }
                    y.backwardPass?(y)
                })
        }
        let (first, second) = (
            2e-9 * Double(y.multiplications.forward), 2e-9 * Double(y.multiplications.backward)
        )
        return Result(
            forward: first / forward, backward: second / backward,
            both: (first + second) / (forward + backward),
            operations: 2 * (y.multiplications.forward + y.multiplications.backward))
    }
}
