import Determinism
import Kernels
import TestSupport
import Testing

/// Sums over the samples of several shards have the bits of the shards alone, added over their tree.
@Suite struct SumOrderTests {
    static let shards = [
        [5], [16, 16], [16, 16, 16], [0, 3, 0, 5], [4, 0], [300, 20, 257], [12, 13, 12, 13, 12, 13, 12, 13],
    ]

    @Test(arguments: tables, shards)
    func productsAddTheShardsOverTheirTree(kernels: any KernelTable.Type, shards: [Int]) {
        let samples = shards.reduce(0, +)
        for (m, n) in [(1, 1), (11, 45), (16, 32), (7, 70)] {
            let a = Grid(rows: samples, columns: m, seed: 1)
            let b = Grid(rows: samples, columns: n, gap: 20, seed: 2)
            let c = Grid(rows: m, columns: n, seed: 3)
            let gaps = c.gaps
            let order = SumOrder(counts: shards)
            let room = Grid(rows: 1, columns: order.roomForProducts, gap: 1, seed: 8)
            let beyond = room.gaps
            kernels.multiply(
                m: m, n: n, order, view(a), b.view, into: c.view, partialSums: room.pointer)
            #expect(bits(room.gaps) == bits(beyond))
            var first = 0
            let alone = shards.map { count in
                let part = Grid(rows: m, columns: n, seed: 4)
                let rows = RowsView(b.pointer + first * b.stride, stride: b.stride)
                let columns = MatrixView(a.pointer + first * a.stride, rowStride: a.stride).transposed
                kernels.multiply(m: m, n: n, k: count, columns, rows, into: part.view, beta: 0)
                first += count
                return part.values
            }
            #expect(bits(c.values) == bits(treeSum(alone[...])))
            #expect(bits(c.gaps) == bits(gaps), "nothing is written between the rows")
        }
    }

    @Test(arguments: tables, shards)
    func columnSumsAddTheShardsOverTheirTree(kernels: any KernelTable.Type, shards: [Int]) {
        let (samples, columns) = (shards.reduce(0, +), 21)
        let x = Grid(rows: samples, columns: columns, gap: 0, seed: 5)
        let sums = Grid(rows: 1, columns: columns, seed: 6)
        kernels.columnSums(SumOrder(counts: shards), columns, x.pointer, into: sums.pointer)
        var first = 0
        let alone = shards.map { count in
            let part = Grid(rows: 1, columns: columns, seed: 7)
            kernels.columnSums(count, columns, x.pointer + first * columns, into: part.pointer, beta: 0)
            first += count
            return part.values
        }
        #expect(bits(sums.values) == bits(treeSum(alone[...])))
    }

    private func view(_ grid: Grid) -> MatrixView {
        MatrixView(grid.pointer, rowStride: grid.stride).transposed
    }

    private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

    private func treeSum(_ leaves: ArraySlice<[Float]>) -> [Float] {
        guard leaves.count > 1 else { return leaves.first ?? [] }
        let left = 1 << (Int.bitWidth - 1 - (leaves.count - 1).leadingZeroBitCount)
        return zip(treeSum(leaves.prefix(left)), treeSum(leaves.dropFirst(left))).map { $0 + $1 }
    }
}
