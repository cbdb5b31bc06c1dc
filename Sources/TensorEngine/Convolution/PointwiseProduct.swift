import Kernels

/// A convolution with 1×1 filters as it stands, channels first: `y = W x` for `[channels, pixels]` of each sample, with
/// the pixels along the vectors. Nothing is rearranged.
final class PointwiseProduct {
    private let outputs, channels, pixels: Int
    private let origins: Indices  // where each output's row begins in `weight`
    private let runs: UnsafeMutableBufferPointer<WindowRun>
    private let weight: Storage  // [outputs, channels]
    private let starts: Storage  // [outputs, lanes], what each output begins with

    init(outputs: Int, channels: Int, pixels: Int) {
        (self.outputs, self.channels, self.pixels) = (outputs, channels, pixels)
        origins = Indices((0..<outputs).map { Int32($0 * channels) })
        let cut = WindowRun(offset: 0, length: channels).cut
        runs = .allocate(capacity: cut.count)
        _ = runs.initialize(from: cut)
        weight = Storage(count: outputs * channels)
        starts = Storage(count: outputs * FilterPanels.width)
    }

    deinit { runs.deallocate() }

    /// Whether a convolution is one of this kind: rows of whole vectors stand in each image.
    static func fits(_ shape: ConvolutionShape) -> Bool {
        shape.kernelRows * shape.kernelColumns == 1 && shape.stride == 1 && shape.padding == 0
            && shape.pixels % 8 == 0
    }

    /// Takes `[outputs, channels]` and a bias.
    func load(weight: Floats, bias: Floats) {
        kernels.copy(outputs * channels, weight, into: self.weight.pointer)
        kernels.fillRowConstants(
            outputs, FilterPanels.width, starts.pointer, stride: FilterPanels.width, bias)
    }

    /// Takes `[channels, outputs]`.
    func load(transposed weight: Floats) {
        kernels.transpose(
            rows: channels, columns: outputs, weight, xStride: outputs, into: self.weight.pointer,
            yStride: channels)
    }

    /// `y = [samples, outputs, pixels]` from `[samples, channels, pixels]`; added to what is there if told so.
    func multiply(samples: Int, of x: Floats, into y: Floats, adds: Bool) {
        for sample in 0..<samples {
            let (x, y) = (x + sample * channels * pixels, y + sample * outputs * pixels)
            for first in stride(from: 0, to: pixels, by: FilterPanels.width) {
                let target = RowsView(y + first, stride: pixels)
                kernels.multiplyWindows(
                    outputs, origins: origins.pointer, runs: UnsafeBufferPointer(runs), weight.pointer,
                    panel: RowsView(x + first, stride: pixels),
                    lanes: min(FilterPanels.width, pixels - first),
                    start: adds ? target : RowsView(starts.pointer, stride: FilterPanels.width), into: target)
            }
        }
    }
}
