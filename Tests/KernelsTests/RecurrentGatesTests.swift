import Foundation
import Kernels
import TestSupport
import Testing

/// The gates of recurrent cells, and their backward.
@Suite struct RecurrentGatesTests {
    /// A kernel, and what it does to the numbers of one unit and one sample.
    struct Kernel: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// How many numbers each operand has for a unit.
        let operands: [Int]
        let run: @Sendable (_ kernels: any KernelTable.Type, _ hidden: Int, _ lanes: Int, [RowsView]) -> Void
        /// The operands' numbers, before to after.
        let formula: @Sendable ([Double]) -> [Double]

        init(
            _ name: String, operands: [Int],
            run: @escaping @Sendable (any KernelTable.Type, Int, Int, [RowsView]) -> Void,
            formula: @escaping @Sendable ([Double]) -> [Double]
        ) {
            (testDescription, self.operands, self.run, self.formula) = (name, operands, run, formula)
        }
    }

    static let cases = [
        Kernel("lstmGates", operands: [4, 1, 1, 1, 1]) { kernels, hidden, lanes, rows in
            var bias = biases(hidden)
            kernels.lstmGates(
                hidden: hidden, lanes: lanes, gates: rows[0], bias: &bias, cellBefore: rows[1], cell: rows[2],
                cellTanh: rows[3], output: rows[4])
        } formula: { x in
            let (i, f) = (sigmoid(x[0] + bias[0]), sigmoid(x[1] + bias[1]))
            let (g, o) = (Foundation.tanh(x[2] + bias[2]), sigmoid(x[3] + bias[3]))
            let cell = f * x[4] + i * g
            return [i, f, g, o, x[4], cell, Foundation.tanh(cell), o * Foundation.tanh(cell)]
        },
        Kernel("lstmGatesBackward", operands: [4, 1, 1, 1, 1, 4]) { kernels, hidden, lanes, rows in
            kernels.lstmGatesBackward(
                hidden: hidden, lanes: lanes, gates: rows[0], cellBefore: rows[1], cellTanh: rows[2],
                outputGradient: rows[3], cellGradient: rows[4], gradients: rows[5])
        } formula: { x in
            let (i, f, g, o, before, tanhCell, gh) = (x[0], x[1], x[2], x[3], x[4], x[5], x[6])
            let gc = x[7] + gh * o * (1 - tanhCell * tanhCell)
            return x[0..<7] + [
                gc * f, gc * g * i * (1 - i), gc * before * f * (1 - f), gc * i * (1 - g * g),
                gh * tanhCell * o * (1 - o),
            ]
        },
        Kernel("gruGates", operands: [4, 1, 1]) { kernels, hidden, lanes, rows in
            var bias = biases(hidden)
            kernels.gruGates(
                hidden: hidden, lanes: lanes, gates: rows[0], bias: &bias, before: rows[1], output: rows[2])
        } formula: { x in
            let (r, z) = (sigmoid(x[0] + bias[0]), sigmoid(x[1] + bias[1]))
            let candidate = x[3] + bias[3]
            let n = Foundation.tanh(x[2] + bias[2] + r * candidate)
            return [r, z, n, candidate, x[4], (1 - z) * n + z * x[4]]
        },
        Kernel("gruGatesBackward", operands: [4, 1, 1, 4]) { kernels, hidden, lanes, rows in
            kernels.gruGatesBackward(
                hidden: hidden, lanes: lanes, gates: rows[0], before: rows[1], stateGradient: rows[2],
                gradients: rows[3])
        } formula: { x in
            let (r, z, n, candidate, before, g) = (x[0], x[1], x[2], x[3], x[4], x[5])
            let gn = g * (1 - z) * (1 - n * n)
            return x[0..<5] + [
                g * z, gn * candidate * r * (1 - r), g * (before - n) * z * (1 - z), gn, gn * r,
            ]
        },
        Kernel("rnnGates, tanh", operands: [1, 1]) { kernels, hidden, lanes, rows in
            var bias = biases(hidden)
            kernels.rnnGates(
                hidden: hidden, lanes: lanes, usesReLU: false, gates: rows[0], bias: &bias, output: rows[1])
        } formula: { x in
            [x[0], Foundation.tanh(x[0] + bias[0])]
        },
        Kernel("rnnGates, ReLU", operands: [1, 1]) { kernels, hidden, lanes, rows in
            var bias = biases(hidden)
            kernels.rnnGates(
                hidden: hidden, lanes: lanes, usesReLU: true, gates: rows[0], bias: &bias, output: rows[1])
        } formula: { x in
            [x[0], max(x[0] + bias[0], 0)]
        },
        Kernel("rnnGatesBackward, tanh", operands: [1, 1, 1]) { kernels, hidden, lanes, rows in
            kernels.rnnGatesBackward(
                hidden: hidden, lanes: lanes, usesReLU: false, output: rows[0], outputGradient: rows[1],
                gradients: rows[2])
        } formula: { x in
            [x[0], x[1], x[1] * (1 - x[0] * x[0])]
        },
        Kernel("rnnGatesBackward, ReLU", operands: [1, 1, 1]) { kernels, hidden, lanes, rows in
            kernels.rnnGatesBackward(
                hidden: hidden, lanes: lanes, usesReLU: true, output: rows[0], outputGradient: rows[1],
                gradients: rows[2])
        } formula: { x in
            [x[0], x[1], x[0] > 0 ? x[1] : 0]
        },
    ]

    /// Every gate's own.
    private static let bias = [0.5, -0.25, 0.125, -1]

    private static func biases(_ hidden: Int) -> [Float] {
        bias.flatMap { [Float](repeating: Float($0), count: hidden) }
    }

    private static func sigmoid(_ x: Double) -> Double { 1 / (1 + Foundation.exp(-x)) }

    /// The operands after a kernel ran on the same numbers.
    private func operands(of kernel: Kernel, _ kernels: (any KernelTable.Type)?, hidden: Int, lanes: Int)
        -> [Grid]
    {
        let grids = kernel.operands.enumerated().map { index, count in
            Grid(rows: count * hidden, columns: lanes, seed: UInt64(index + 1))
        }
        if let kernels { kernel.run(kernels, hidden, lanes, grids.map(\.view)) }
        return grids
    }

    @Test(arguments: cases, tables)
    func equalsTheFormula(kernel: Kernel, kernels: any KernelTable.Type) {
        for (hidden, lanes) in [(1, 16), (3, 48), (5, 32)] {
            let before = operands(of: kernel, nil, hidden: hidden, lanes: lanes)
            let after = operands(of: kernel, kernels, hidden: hidden, lanes: lanes)
            func numbers(_ grids: [Grid], _ unit: Int, _ lane: Int) -> [Float] {
                zip(grids, kernel.operands).flatMap { grid, count in
                    (0..<count).map { grid[$0 * hidden + unit, lane] }
                }
            }
            let places = (0..<hidden).flatMap { unit in (0..<lanes).map { (unit, $0) } }
            let actual = places.flatMap { numbers(after, $0.0, $0.1) }
            let expected = places.flatMap { kernel.formula(numbers(before, $0.0, $0.1).map(Double.init)) }
            #expect(mismatch(actual, expected, atol: 1e-6, rtol: 2e-6) == nil)
            for (grid, untouched) in zip(after, before) { #expect(bits(grid.gaps) == bits(untouched.gaps)) }
        }
    }

    /// Where the CPU has one table alone, `tables` says so.
    @Test(arguments: cases)
    func everyTableGivesTheSameBits(kernel: Kernel) {
        for (hidden, lanes) in [(1, 16), (7, 128)] {
            let results = tables.map { kernels in
                operands(of: kernel, kernels, hidden: hidden, lanes: lanes).map { bits($0.values) }
            }
            for result in results { #expect(result == results[0]) }
        }
    }
}
