import BLAS
import Kernels

/// How fast this core multiplies and adds: the bound of every network here.
public enum ProductBenchmark {
    /// A product `[m, k] · [k, n]` that training does.
    public struct Shape: Sendable {
        public let name: String
        public let m, n, k: Int
    }

    /// What was measured for a shape, in 10⁹ operations a second.
    public struct Result: Sendable {
        public let shape: Shape
        public let ours, openBLAS: Double
        public var ratio: Double { ours / openBLAS }
    }

    /// The products of the networks for shards of `samples` samples; samples lie along the vectors.
    public static func shapes(samples: Int) -> [Shape] {
        let lanes = (samples + 15) / 16 * 16
        return [
            Shape(name: "lstm: [W U] [x; h], one step", m: 400, n: lanes, k: 128),
            Shape(name: "lstm: Uᵀ ∂gates, one step", m: 100, n: lanes, k: 400),
            Shape(name: "lstm: ∂[W U], some steps", m: 400, n: 128, k: max(128 / lanes, 1) * lanes),
            Shape(name: "gru: [W U] [x; h], one step", m: 200, n: lanes, k: 128),
            Shape(name: "rnn: [W U] [x; h], one step", m: 100, n: lanes, k: 128),
            Shape(name: "mlp: fc1", m: 128, n: lanes, k: 784),
            Shape(name: "mlp: ∂fc1", m: 128, n: 784, k: samples),
            Shape(name: "cnn: fc1", m: 128, n: lanes, k: 1024),
            Shape(name: "cnn: ∂fc1", m: 128, n: 1024, k: samples),
            Shape(name: "lenet5: fc1", m: 120, n: lanes, k: 400),
        ]
    }

    /// The most this core can do, over `seconds` seconds.
    public static func peak(seconds: Double, now: () -> Double) -> Double {
        var best = 0.0
        let end = now() + seconds
        while now() < end {
            let start = now()
            let (operations, sink) = kernels.multiplyAdds(rounds: 200_000)
            precondition(sink.isFinite)
            best = max(best, Double(operations) / (now() - start) / 1e9)
        }
        return best
    }

    /// Our product against OpenBLAS's on one shape, in turns, the best of each.
    public static func measure(_ shape: Shape, seconds: Double, now: () -> Double) -> Result {
        let (m, n, k) = (shape.m, shape.n, shape.k)
        let operands = [m * k, k * n, m * n].map { count in
            Storage((0..<count).map { Float($0 % 13) / 13 - 0.5 })
        }
        let (a, b, c) = (operands[0].pointer, operands[1].pointer, operands[2].pointer)
        var best = (ours: 0.0, openBLAS: 0.0)
        func rate(_ product: () -> Void) -> Double {
            let start = now()
            var rounds = 0
            repeat {
                product()
                rounds += 1
            } while now() - start < seconds / 20
            return 2 * Double(m * n * k) * Double(rounds) / (now() - start) / 1e9
        }
        for _ in 0..<10 {  // the pointers are good as long as the operands live
            withExtendedLifetime(operands) {
                best.ours = max(
                    best.ours,
                    rate {
                        kernels.multiply(
                            m: m, n: n, k: k, MatrixView(a, rowStride: k), RowsView(b, stride: n),
                            into: RowsView(c, stride: n), beta: 0)
                    })
                best.openBLAS = max(
                    best.openBLAS,
                    rate { gemm(m: m, n: n, k: k, a, b, into: c, strides: (k, n, n), beta: 0) })
            }
        }
        return Result(shape: shape, ours: best.ours, openBLAS: best.openBLAS)
    }
}
