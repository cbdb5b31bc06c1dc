/// ∂L/∂x at the input's rows i and columns j with the same (i + padding) mod stride and (j + padding) mod stride: there it
/// is a convolution of ∂L/∂y with every stride-th row and column of the filters, turned around. One dimension:
///
///     i + padding = stride · q + phase      ∂L/∂x[i] = Σ_t w[phase + stride · t] · ∂L/∂y[q − t]
public struct InputGradientPhase: Sendable {
    /// The pixels of the input, row by row.
    public let pixels: [Int32]
    /// Where in a packed gradient the window of each begins.
    public let origins: [Int32]
    /// The filters' places (kernel row · kernelColumns + kernel column) in the order in which a window meets them.
    public let taps: [Int32]
    /// A window's runs: panel by panel, its taps, and their filters.
    public let runs: [WindowRun]

    /// All phases that have pixels and taps, and the layout of the gradient that they read.
    public static func all(_ shape: ConvolutionShape) -> (
        layout: GradientLayout, phases: [InputGradientPhase]
    ) {
        let rows = (0..<shape.stride).map { Axis(shape, phase: $0, shape.rows, kernel: shape.kernelRows) }
        let columns = (0..<shape.stride).map {
            Axis(shape, phase: $0, shape.columns, kernel: shape.kernelColumns)
        }
        let layout = GradientLayout(
            shape, rows: Axis.hull(rows, output: shape.outputRows),
            columns: Axis.hull(columns, output: shape.outputColumns))
        let phases = rows.flatMap { row in
            columns.map { InputGradientPhase(shape, layout, row, $0) }
        }
        return (layout, phases.filter { !$0.pixels.isEmpty && !$0.taps.isEmpty })
    }

    private init(_ shape: ConvolutionShape, _ layout: GradientLayout, _ rows: Axis, _ columns: Axis) {
        pixels = rows.inputs.flatMap { row in columns.inputs.map { Int32(row * shape.columns + $0) } }
        origins = rows.firsts.flatMap { row in
            columns.firsts.map { Int32(layout.place(row: row, column: $0)) }
        }
        taps = rows.taps.flatMap { row in columns.taps.map { Int32(row * shape.kernelColumns + $0) } }
        runs = (0..<layout.panels.count).flatMap { panel in
            let (lanes, start) = (layout.panels.lanes(panel), panel * layout.panelLength)
            return rows.taps.indices.flatMap { row -> [WindowRun] in
                let offset = start + row * layout.rowLength
                if lanes == layout.panels.widest {  // neighbouring pixels are neighbouring floats
                    return WindowRun(offset: offset, length: columns.taps.count * lanes).cut
                }
                return columns.taps.indices.map {
                    WindowRun(offset: offset + $0 * layout.panels.widest, length: lanes)
                }
            }
        }
    }

    /// One phase of rows, or of columns.
    private struct Axis {
        /// The input's, and the first of the output's that each of them meets.
        let inputs, firsts: [Int]
        /// The filters', last one first.
        let taps: [Int]

        init(_ shape: ConvolutionShape, phase: Int, _ count: Int, kernel: Int) {
            let (step, padding) = (shape.stride, shape.padding)
            let taps = Array(Swift.stride(from: phase, to: kernel, by: step).reversed())
            self.taps = taps
            inputs = (0..<count).filter { ($0 + padding) % step == phase }
            firsts = inputs.map { ($0 + padding) / step - taps.count + 1 }
        }

        /// All of the output's that are met, those in the margins too.
        static func hull(_ phases: [Axis], output: Int) -> ClosedRange<Int> {
            let met = phases.filter { !$0.taps.isEmpty }.flatMap { axis in
                axis.firsts.flatMap { [$0, $0 + axis.taps.count - 1] }
            }
            return min(0, met.min() ?? 0)...max(output - 1, met.max() ?? 0)
        }
    }
}
