import BLAS
import Determinism
import Kernels

/// How fast this core multiplies and adds: the bound of every network here.
public enum ProductBenchmark {
    /// A product `[m, k] · [k, n]`, of samples and weights; or a sum of k outer products, of samples alone.
    public struct Shape: Equatable, Sendable {
        public let m, n, k: Int
        /// Where it is a sum: the samples of each shard, whose sums are added over their tree, and their time steps.
        public let shards: [Int]?
        public let steps: Int

        public init(m: Int, n: Int, k: Int) {
            (self.m, self.n, self.k) = (m, n, k)
            (shards, steps) = (nil, 1)
        }

        public init(m: Int, n: Int, sumOver shards: [Int], steps: Int = 1) {
            (self.m, self.n, k) = (m, n, steps * shards.reduce(0, +))
            (self.shards, self.steps) = (shards, steps)
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
        let own = ownProduct(shape, a, b, into: c)
        for _ in 0..<10 {  // the pointers are good as long as the operands live
            withExtendedLifetime(operands) {
                best.ours = max(best.ours, rate(own))
                best.openBLAS = max(
                    best.openBLAS,
                    rate {
                        gemm(
                            transposeA: shape.shards != nil, m: m, n: n, k: k, a, b, into: c,
                            strides: (shape.shards == nil ? k : m, n, n), beta: 0)
                    })
            }
        }
        return Result(ours: best.ours, openBLAS: best.openBLAS)
    }

    /// Our product, over weights that are packed once, or our sum over samples.
    private static func ownProduct(_ shape: Shape, _ a: Floats, _ b: Floats, into c: Floats) -> () -> Void {
        let (m, n, k) = (shape.m, shape.n, shape.k)
        let target = RowsView(c, stride: n)
        guard let shards = shape.shards else {
            let factor = RightFactor(rows: k, columns: n)
            factor.load(MatrixView(b, rowStride: n), rows: k)
            return { factor.multiply(m: m, k: k, MatrixView(a, rowStride: k), into: target, beta: 0) }
        }
        let order = SumOrder(counts: shards, steps: shape.steps)
        let scratch = Storage(count: order.scratchForOuterProducts(n))
        let samples = shards.reduce(0, +)
        let stepStride = GroupsView.count(samples: samples, columns: m)
        let groups = Storage(count: shape.steps * stepStride)
        for step in 0..<shape.steps {
            kernels.groupRows(
                samples: samples, columns: m, RowsView(a + step * samples * m, stride: m),
                into: groups.pointer + step * stepStride)
        }
        let right = SamplesView(b, stepStride: samples * n, sampleStride: n)
        return {
            kernels.sumOuterProducts(
                m: m, n: n, order, GroupsView(groups.pointer, stepStride: stepStride, samples: samples),
                right,
                into: target, scratch: scratch.pointer)
        }
    }
}
