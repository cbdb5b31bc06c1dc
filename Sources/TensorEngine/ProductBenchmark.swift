import BLAS
import Kernels

/// How fast this core multiplies and adds: the bound of every network here.
public enum ProductBenchmark {
    /// A product `[m, k] · [k, n]`.
    public struct Shape: Equatable, Sendable {
        public let m, n, k: Int

        public init(m: Int, n: Int, k: Int) {
            self.m = m
            self.n = n
            self.k = k
        }
    }

    /// What was measured for a shape, in 10⁹ operations a second.
    public struct Result: Sendable {
        public let ours, openBLAS: Double
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
        return Result(ours: best.ours, openBLAS: best.openBLAS)
    }
}
