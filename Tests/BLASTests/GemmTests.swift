import TestSupport
import Testing

@testable import BLAS

@Suite struct GemmTests {
    static let sizes = [
        (1, 1, 1), (3, 5, 7), (17, 1, 33), (1, 19, 4), (16, 16, 16), (31, 67, 129), (5, 3, 0), (0, 3, 2),
    ]

    @Test(arguments: [false, true], [false, true])
    func equalsTheNaiveProduct(transposeA: Bool, transposeB: Bool) {
        for (m, n, k) in Self.sizes {
            var a = Matrix(rows: transposeA ? k : m, columns: transposeA ? m : k, seed: 1)
            var b = Matrix(rows: transposeB ? n : k, columns: transposeB ? k : n, seed: 2)
            for beta: Float in [0, 1] {
                var c = Matrix(rows: m, columns: n, seed: 3)
                if beta == 0 { c.overwrite(with: .nan) }
                let old = c
                gemm(
                    transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, &a.values, &b.values,
                    into: &c.values, strides: (a.stride, b.stride, c.stride), beta: beta)
                let expected = (0..<m).flatMap { row in
                    (0..<n).map { column in
                        (0..<k).reduce(beta == 0 ? 0 : Double(old[row, column])) { sum, inner in
                            let left = transposeA ? a[inner, row] : a[row, inner]
                            let right = transposeB ? b[column, inner] : b[inner, column]
                            return sum + Double(left) * Double(right)
                        }
                    }
                }
                #expect(
                    mismatch(c.elements, expected, atol: 1e-6 * Double(k + 1), rtol: 1e-6) == nil,
                    "m \(m), n \(n), k \(k), beta \(beta)")
                #expect(bits(c.gaps) == bits(old.gaps))
            }
        }
    }

    @Test func oneThreadTakesPart() {
        #expect(OpenBLAS.shared?.threads == 1)
    }

    /// Who never takes a product has none of its threads, which die where memory is short and are waited for at the end.
    @Test func aLibraryThatIsNotThereIsNone() {
        #expect(OpenBLAS(names: ["libno-such-blas.so"]) == nil)
    }

    @Test func givesTheSameBitsAgain() {
        var (a, b) = (awayFromZero(64 * 100, seed: 1), awayFromZero(100 * 40, seed: 2))
        let products = (0..<3).map { _ in
            var c = [Float](repeating: .nan, count: 64 * 40)
            gemm(m: 64, n: 40, k: 100, &a, &b, into: &c, strides: (100, 40, 40), beta: 0)
            return bits(c)
        }
        #expect(products[0] == products[1] && products[0] == products[2])
    }
}

/// Random numbers in rows that stand three elements apart.
private struct Matrix {
    let rows, columns: Int
    var values: [Float]
    var stride: Int { columns + 3 }

    init(rows: Int, columns: Int, seed: UInt64) {
        (self.rows, self.columns) = (rows, columns)
        values = awayFromZero(rows * (columns + 3), seed: seed)
    }

    subscript(row: Int, column: Int) -> Float { values[row * stride + column] }

    var elements: [Float] { (0..<rows).flatMap { row in (0..<columns).map { self[row, $0] } } }
    var gaps: [Float] { (0..<rows).flatMap { row in (columns..<stride).map { self[row, $0] } } }

    mutating func overwrite(with value: Float) {
        for row in 0..<rows {
            for column in 0..<columns { values[row * stride + column] = value }
        }
    }
}
