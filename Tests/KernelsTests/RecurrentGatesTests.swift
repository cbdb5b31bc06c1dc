import Foundation
import Kernels
import TestSupport
import Testing

/// The gates of recurrent cells, and their backward.
@Suite struct RecurrentGatesTests {
    /// An operand's numbers for one unit of one sample, as rows have them.
    enum Operand: Sendable {
        /// One for each of so many gates, without gaps between the gates.
        case preActivations(Int)
        /// One for each of so many gates or states, each filled up to `units` floats.
        case filledUp(Int)

        var count: Int {
            switch self {
            case .preActivations(let count), .filledUp(let count): count
            }
        }
    }

    /// A kernel, and what it does to the numbers of one unit and one sample.
    struct Kernel: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let operands: [Operand]
        let run: @Sendable (_ kernels: any KernelTable.Type, Size, [RowsView]) -> Void
        /// The operands' numbers, before to after.
        let formula: @Sendable ([Double]) -> [Double]

        init(
            _ name: String, operands: [Operand],
            run: @escaping @Sendable (any KernelTable.Type, Size, [RowsView]) -> Void,
            formula: @escaping @Sendable ([Double]) -> [Double]
        ) {
            (testDescription, self.operands, self.run, self.formula) = (name, operands, run, formula)
        }
    }

    struct Size: Sendable {
        let samples, hidden: Int
        /// `hidden`, filled up.
        var units: Int { (hidden + 15) / 16 * 16 }
    }

    static let cases = [
        Kernel(
            "lstmGates",
            operands: [
                .preActivations(4), .filledUp(4), .filledUp(1), .filledUp(1), .filledUp(1), .filledUp(1),
            ]
        ) { kernels, size, rows in
            var bias = biases(size)
            kernels.lstmGates(
                samples: size.samples, hidden: size.hidden, units: size.units, rows[0], bias: &bias,
                into: rows[1], cellBefore: rows[2], cell: rows[3], cellTanh: rows[4], output: rows[5])
        } formula: { x in
            let (i, f) = (sigmoid(x[0] + bias[0]), sigmoid(x[1] + bias[1]))
            let (g, o) = (Foundation.tanh(x[2] + bias[2]), sigmoid(x[3] + bias[3]))
            let cell = f * x[8] + i * g
            return x[0..<4] + [i, f, g, o, x[8], cell, Foundation.tanh(cell), o * Foundation.tanh(cell)]
        },
        Kernel(
            "lstmGatesBackward",
            operands: [
                .filledUp(4), .filledUp(1), .filledUp(1), .filledUp(1), .filledUp(1), .filledUp(4),
            ]
        ) { kernels, size, rows in
            kernels.lstmGatesBackward(
                samples: size.samples, units: size.units, gates: rows[0], cellBefore: rows[1],
                cellTanh: rows[2], outputGradient: rows[3], cellGradient: rows[4], gradients: rows[5])
        } formula: { x in
            let (i, f, g, o, before, tanhCell, gh) = (x[0], x[1], x[2], x[3], x[4], x[5], x[6])
            let gc = x[7] + gh * o * (1 - tanhCell * tanhCell)
            return x[0..<7] + [
                gc * f, gc * g * i * (1 - i), gc * before * f * (1 - f), gc * i * (1 - g * g),
                gh * tanhCell * o * (1 - o),
            ]
        },
        Kernel("gruGates", operands: [.preActivations(4), .filledUp(4), .filledUp(1), .filledUp(1)]) {
            kernels, size, rows in
            var bias = biases(size)
            kernels.gruGates(
                samples: size.samples, hidden: size.hidden, units: size.units, rows[0], bias: &bias,
                into: rows[1], before: rows[2], output: rows[3])
        } formula: { x in
            let (r, z) = (sigmoid(x[0] + bias[0]), sigmoid(x[1] + bias[1]))
            let candidate = x[3] + bias[3]
            let n = Foundation.tanh(x[2] + bias[2] + r * candidate)
            return x[0..<4] + [r, z, n, candidate, x[8], (1 - z) * n + z * x[8]]
        },
        Kernel("gruGatesBackward", operands: [.filledUp(4), .filledUp(1), .filledUp(1), .filledUp(4)]) {
            kernels, size, rows in
            kernels.gruGatesBackward(
                samples: size.samples, units: size.units, gates: rows[0], before: rows[1],
                stateGradient: rows[2], gradients: rows[3])
        } formula: { x in
            let (r, z, n, candidate, before, g) = (x[0], x[1], x[2], x[3], x[4], x[5])
            let gn = g * (1 - z) * (1 - n * n)
            return x[0..<5] + [
                g * z, gn * candidate * r * (1 - r), g * (before - n) * z * (1 - z), gn, gn * r,
            ]
        },
        Kernel("rnnGates, tanh", operands: [.preActivations(1), .filledUp(1)]) { kernels, size, rows in
            var bias = biases(size)
            kernels.rnnGates(
                samples: size.samples, units: size.units, usesReLU: false, rows[0], bias: &bias,
                output: rows[1])
        } formula: { x in
            [x[0], Foundation.tanh(x[0] + bias[0])]
        },
        Kernel("rnnGates, ReLU", operands: [.preActivations(1), .filledUp(1)]) { kernels, size, rows in
            var bias = biases(size)
            kernels.rnnGates(
                samples: size.samples, units: size.units, usesReLU: true, rows[0], bias: &bias,
                output: rows[1])
        } formula: { x in
            [x[0], max(x[0] + bias[0], 0)]
        },
        Kernel("rnnGatesBackward, tanh", operands: [.filledUp(1), .filledUp(1), .filledUp(1)]) {
            kernels, size, rows in
            kernels.rnnGatesBackward(
                samples: size.samples, units: size.units, usesReLU: false, output: rows[0],
                outputGradient: rows[1], gradients: rows[2])
        } formula: { x in
            [x[0], x[1], x[1] * (1 - x[0] * x[0])]
        },
        Kernel("rnnGatesBackward, ReLU", operands: [.filledUp(1), .filledUp(1), .filledUp(1)]) {
            kernels, size, rows in
            kernels.rnnGatesBackward(
                samples: size.samples, units: size.units, usesReLU: true, output: rows[0],
                outputGradient: rows[1], gradients: rows[2])
        } formula: { x in
            [x[0], x[1], x[0] > 0 ? x[1] : 0]
        },
    ]

    static let sizes = [
        Size(samples: 1, hidden: 1), Size(samples: 3, hidden: 5), Size(samples: 4, hidden: 16),
        Size(samples: 5, hidden: 17), Size(samples: 9, hidden: 33), Size(samples: 2, hidden: 48),
    ]

    /// Every gate's own.
    private static let bias = [0.5, -0.25, 0.125, -1]

    private static func biases(_ size: Size) -> [Float] {
        bias.flatMap { [Float](repeating: Float($0), count: size.units) }
    }

    private static func sigmoid(_ x: Double) -> Double { 1 / (1 + Foundation.exp(-x)) }

    /// The operands after a kernel ran on the same numbers.
    private func operands(of kernel: Kernel, _ kernels: (any KernelTable.Type)?, _ size: Size) -> [Grid] {
        let grids = kernel.operands.enumerated().map { index, operand in
            switch operand {
            case .preActivations(let gates):  // whole vectors are read of the last gate, too
                Grid(rows: size.samples, columns: gates * size.hidden, gap: 17, seed: UInt64(index + 1))
            case .filledUp(let parts):
                Grid(rows: size.samples, columns: parts * size.units, seed: UInt64(index + 1))
            }
        }
        if let kernels { kernel.run(kernels, size, grids.map(\.view)) }
        return grids
    }

    /// One unit's numbers of one sample.
    private func numbers(_ grids: [Grid], of kernel: Kernel, _ size: Size, _ sample: Int, _ unit: Int)
        -> [Float]
    {
        zip(grids, kernel.operands).flatMap { grid, operand in
            (0..<operand.count).map { grid[sample, $0 * (grid.columns / operand.count) + unit] }
        }
    }

    @Test(arguments: cases, tables)
    func equalsTheFormula(kernel: Kernel, kernels: any KernelTable.Type) {
        for size in Self.sizes {
            let before = operands(of: kernel, nil, size)
            let after = operands(of: kernel, kernels, size)
            let places = (0..<size.samples).flatMap { sample in (0..<size.hidden).map { (sample, $0) } }
            let actual = places.flatMap { numbers(after, of: kernel, size, $0.0, $0.1) }
            let expected = places.flatMap {
                kernel.formula(numbers(before, of: kernel, size, $0.0, $0.1).map(Double.init))
            }
            #expect(mismatch(actual, expected, atol: 1e-6, rtol: 2e-6) == nil)
            for (grid, untouched) in zip(after, before) { #expect(bits(grid.gaps) == bits(untouched.gaps)) }
            // Nothing is written to the pre-activations, not even to what is read beyond them.
            for (index, operand) in kernel.operands.enumerated() {
                guard case .preActivations = operand else { continue }
                #expect(bits(after[index].values) == bits(before[index].values))
            }
        }
    }

    /// Where the CPU has one table alone, `tables` says so.
    @Test(arguments: cases)
    func everyTableGivesTheSameBits(kernel: Kernel) {
        for size in Self.sizes {
            let results = tables.map { kernels in
                operands(of: kernel, kernels, size).map { bits($0.values) }
            }
            for result in results { #expect(result == results[0]) }
        }
    }

    /// A unit's numbers do not depend on the place it has among others, nor on the samples beside it.
    @Test(arguments: cases, tables)
    func bitsDoNotDependOnThePlace(kernel: Kernel, kernels: any KernelTable.Type) {
        let size = Size(samples: 6, hidden: 37)
        let (before, after) = (operands(of: kernel, nil, size), operands(of: kernel, kernels, size))
        let one = Size(samples: 1, hidden: 1)
        for (sample, unit) in [(0, 0), (0, 36), (3, 8), (4, 15), (5, 16), (5, 36)] {
            let alone = operands(of: kernel, nil, one)
            for (index, operand) in kernel.operands.enumerated() {
                for part in 0..<operand.count {
                    let place = part * (alone[index].columns / operand.count)
                    let width = before[index].columns / operand.count
                    alone[index][0, place] = before[index][sample, part * width + unit]
                }
            }
            kernel.run(kernels, one, alone.map(\.view))
            #expect(
                bits(numbers(alone, of: kernel, one, 0, 0))
                    == bits(numbers(after, of: kernel, size, sample, unit)))
        }
    }
}
