import Kernels
import TestSupport
import Testing

@Suite struct ElementwiseTests {
    @Test(arguments: [(1, 1), (3, 8), (5, 13), (0, 9), (100, 40)], tables)
    func columnSumsAddRowsInOrder(size: (rows: Int, columns: Int), kernels: any KernelTable.Type) {
        let (rows, columns) = size
        var x = awayFromZero(rows * columns)
        let sums = map([Float](repeating: 0, count: columns)) { _, _, sums in
            kernels.columnSums(rows, columns, &x, into: sums, beta: 0)
        }
        let expected = (0..<columns).map { column in
            (0..<rows).reduce(Float(0)) { $0 + x[$1 * columns + column] }
        }
        #expect(bits(sums) == bits(expected))
    }

    @Test(arguments: [0, 1, 7, 8, 9, 100, 4099], tables)
    func sumOfSquaresIsDoublePrecise(count: Int, kernels: any KernelTable.Type) {
        var x = awayFromZero(count, scale: 1e15)  // squares overflow a Float's range when added
        let expected = x.reduce(0.0) { $0 + Double($1) * Double($1) }
        #expect(abs(kernels.sumOfSquares(count, &x) - expected) <= 1e-14 * expected)
    }

    @Test(arguments: tables)
    func reluKeepsPositivesAndNaN(kernels: any KernelTable.Type) {
        let y = map([-1, 0, 2, .nan, -.infinity, .infinity, -1e-30, 1e-30, -3]) {
            kernels.relu($0, $1, into: $2)
        }
        #expect(y[3].isNaN)
        #expect(y[..<3] == [0, 0, 2] && y[4...] == [0, .infinity, 0, 1e-30, 0])
    }

    @Test(arguments: tables)
    func scalePixelsDividesBy255(kernels: any KernelTable.Type) {
        let pixels = [UInt8](0...255)
        var y = [Float](repeating: .nan, count: 256)
        kernels.scalePixels(256, pixels, into: &y)
        #expect(y == pixels.map { Float($0) / 255 })
    }
}
