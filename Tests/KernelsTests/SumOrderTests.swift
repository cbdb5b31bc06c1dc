import Determinism
import Foundation
import Kernels
import TestSupport
import Testing

/// Sums over the samples of several shards have the bits of the shards alone, added over their tree; and a shard's those
/// of its terms, one chain for each piece.
@Suite struct SumOrderTests {
    struct Order: Sendable, CustomTestStringConvertible {
        let counts: [Int]
        let steps: Int
        var testDescription: String { "\(counts) samples, \(steps) steps" }
        var order: SumOrder { SumOrder(counts: counts, steps: steps) }
    }

    static let orders =
        [
            [5], [1], [0, 0], [16, 16], [16, 16, 16], [0, 3, 0, 5], [4, 0], [5, 0, 0, 1, 0, 3, 1],
            [300, 20, 257],
            [1, 1, 1, 1, 1, 1, 1, 1], [12, 13, 12, 13, 12, 13, 12, 13], [128, 128], [129, 127],
        ].map { Order(counts: $0, steps: 1) } + [
            Order(counts: [1, 1, 1, 1], steps: 5), Order(counts: [7, 0, 4], steps: 11),
            Order(counts: [4, 4, 4, 4, 4, 4, 4, 4], steps: 28), Order(counts: [130, 2], steps: 3),
            Order(counts: [16], steps: 28),
        ]
    /// Around the edges of tiles and groups of rows, and of vectors and panels of columns.
    static let sizes = [
        (1, 1), (3, 4), (4, 5), (7, 8), (8, 9), (9, 16), (11, 45), (16, 32), (17, 33), (31, 36), (5, 37),
        (64, 17),
        (65, 34), (12, 68), (2, 70), (6, 100),
    ]

    /// Factors as recurrent layers have them: step by step, the left one's rows in groups.
    private struct Factors {
        let order: SumOrder
        let left, right: Grid  // [steps · samples, m], [steps · samples, n]
        let groups: [Float]
        let m, n: Int

        init(_ order: SumOrder, m: Int, n: Int) {
            (self.order, self.m, self.n) = (order, m, n)
            left = Grid(rows: order.terms, columns: m, seed: 1)
            right = Grid(rows: order.terms, columns: n, gap: 20, seed: 2)
            let (samples, rounded) = (order.terms / order.steps, (m + 7) / 8 * 8)
            // Beyond the last column stands NaN, which kernels may read but must not use.
            var groups = [Float](repeating: .nan, count: max(1, rounded * order.terms))
            for term in 0..<order.terms {
                let (step, sample) = (term / samples, term % samples)
                for column in 0..<m {
                    groups[step * samples * rounded + column / 8 * 8 * samples + sample * 8 + column % 8] =
                        left[term, column]
                }
            }
            self.groups = groups
        }

        private var samples: Int { order.terms / order.steps }

        func withViews(_ body: (_ left: GroupsView, _ right: SamplesView) -> Void) {
            var groups = groups
            groups.withUnsafeMutableBufferPointer {
                body(
                    GroupsView(
                        $0.baseAddress!, stepStride: (m + 7) / 8 * 8 * samples, samples: samples),
                    SamplesView(
                        right.pointer, stepStride: samples * right.stride, sampleStride: right.stride))
            }
        }

        /// Where a shard's terms stand, in pieces of at most 128 that are whole steps or parts of one.
        private func pieces(of shard: Range<Int>) -> [[Int]] {
            var pieces: [[Int]] = [[]]
            for step in 0..<order.steps {
                let terms = shard.map { step * samples + $0 }
                if pieces[pieces.count - 1].count + terms.count > 128, !pieces[pieces.count - 1].isEmpty {
                    pieces.append([])
                }
                var rest = terms[...]
                while rest.count > 128 {
                    pieces[pieces.count - 1] += rest.prefix(128)
                    pieces.append([])
                    rest = rest.dropFirst(128)
                }
                pieces[pieces.count - 1] += rest
            }
            return pieces
        }

        /// The shards' sums over their tree, each a sum of chains of `add`.
        private func sums(_ count: Int, _ add: (_ term: Int, _ sums: inout [Float]) -> Void) -> [Float] {
            let shards = order.shards.map { shard in
                let chains = pieces(of: shard).map { piece in
                    var sums = [Float](repeating: 0, count: count)
                    for term in piece { add(term, &sums) }
                    return sums
                }
                return chains.dropFirst().reduce(chains[0]) { zip($0, $1).map { $0 + $1 } }
            }
            return treeSum(shards[...])
        }

        var outerProducts: [Float] {
            sums(m * n) { term, sums in
                let (left, right) = (left.pointer + term * left.stride, right.pointer + term * right.stride)
                sums.withUnsafeMutableBufferPointer { sums in
                    for i in 0..<m {
                        for j in 0..<n { sums[i * n + j] = sums[i * n + j].addingProduct(left[i], right[j]) }
                    }
                }
            }
        }

        var rowSums: [Float] {
            sums(m) { term, sums in for i in 0..<m { sums[i] += left[term, i] } }
        }

        func expectOuterProducts(_ kernels: any KernelTable.Type) {
            let expected = bits(outerProducts)
            let c = Grid(rows: m, columns: n, seed: 3)
            let gaps = c.gaps
            let room = Grid(rows: 1, columns: order.scratchForOuterProducts(n), gap: 1, seed: 4)
            let beyond = room.gaps
            withViews { left, right in
                kernels.sumOuterProducts(
                    m: m, n: n, order, left, right, into: c.view, scratch: room.pointer)
            }
            #expect(bits(c.values) == expected, "\(m) × \(n)")
            #expect(bits(c.gaps) == bits(gaps), "nothing is written between the rows")
            #expect(bits(room.gaps) == bits(beyond))
        }
    }

    @Test(arguments: tables, orders)
    func outerProductsAddTheShardsOverTheirTree(kernels: any KernelTable.Type, order: Order) {
        for (m, n) in Self.sizes { Factors(order.order, m: m, n: n).expectOuterProducts(kernels) }
    }

    /// Many terms of a wide right factor are packed first: which does not change a bit.
    @Test(arguments: tables)
    func packedTermsGiveTheSameBits(kernels: any KernelTable.Type) {
        let orders = [
            SumOrder(counts: [300, 0, 1, 360], steps: 5), SumOrder(counts: [20, 19, 21, 0, 20], steps: 28),
            SumOrder(counts: [1100, 1000]),
        ]
        for order in orders {
            for (m, n, packs) in [(9, 100, true), (70, 97, true), (3, 128, true), (9, 40, false)] {
                #expect(order.packs(n) == packs)
                Factors(order, m: m, n: n).expectOuterProducts(kernels)
            }
        }
    }

    /// Whichever of its ways the kernel takes.
    @Test func ordersAreSummedInEveryWay() {
        let orders = Self.orders.map(\.order)
        #expect(orders.contains { $0.sumsInPlace && $0.pieces.count > $0.shards.count })
        #expect(orders.contains { !$0.sumsInPlace && $0.pieces.count > $0.shards.count })
        #expect(SumOrder(counts: [300]).packs(10_000) && !SumOrder(counts: [256]).packs(10_000))
    }

    @Test(arguments: tables, orders)
    func rowsAreSummedAlike(kernels: any KernelTable.Type, order: Order) {
        for m in [1, 7, 8, 9, 21, 24, 31, 32, 33, 64, 100] {
            let factors = Factors(order.order, m: m, n: 1)
            let sums = Grid(rows: 1, columns: m, seed: 6)
            let gaps = sums.gaps
            factors.withViews { left, _ in
                kernels.sumRows(order.order, m, left, into: sums.pointer)
            }
            #expect(bits(sums.values) == bits(factors.rowSums), "\(m) columns")
            #expect(bits(sums.gaps) == bits(gaps))
        }
    }

    /// What the tests above take for expected.
    @Test(arguments: orders)
    func theExpectedSumsAreTheNaiveOnes(order: Order) {
        let factors = Factors(order.order, m: 3, n: 5)
        let terms = 0..<order.order.terms
        let products = (0..<15).map { place in
            terms.reduce(0.0) {
                $0 + Double(factors.left[$1, place / 5]) * Double(factors.right[$1, place % 5])
            }
        }
        let sums = (0..<3).map { column in terms.reduce(0.0) { $0 + Double(factors.left[$1, column]) } }
        #expect(mismatch(factors.outerProducts, products, atol: 1e-3) == nil)
        #expect(mismatch(factors.rowSums, sums, atol: 1e-3) == nil)
    }
}
