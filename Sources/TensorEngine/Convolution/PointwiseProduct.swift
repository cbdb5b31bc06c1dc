import Kernels

/// A convolution with 1×1 filters as it stands, channels first: `y = W x` for `[channels, pixels]` of each sample, with
/// the pixels along the vectors. Nothing is rearranged.
final class PointwiseProduct {
    private let outputs, channels, pixels: Int
    private let weight: Storage  // [outputs, channels]
    private let bias: Storage  // [outputs]

    init(outputs: Int, channels: Int, pixels: Int) {
        (self.outputs, self.channels, self.pixels) = (outputs, channels, pixels)
        weight = Storage(count: outputs * channels)
        bias = Storage(count: outputs)
    }

    /// Whether a convolution is one of this kind: rows of whole vectors stand in each image.
    static func fits(_ shape: ConvolutionShape) -> Bool {
        shape.kernelRows * shape.kernelColumns == 1 && shape.padding == 0 && shape.pixels % 8 == 0
    }

    /// Takes `[outputs, channels]` and a bias.
    func load(weight: Floats, bias: Floats) {
        kernels.copy(outputs * channels, weight, into: self.weight.pointer)
        kernels.copy(outputs, bias, into: self.bias.pointer)
    }

    /// Takes `[channels, outputs]`.
    func load(transposed weight: Floats) {
        kernels.transpose(
            rows: channels, columns: outputs, weight, xStride: outputs, into: self.weight.pointer,
            yStride: channels)
    }

    /// `y = [outputs, pixels]` from `[channels, pixels]` of one sample; added to what is there if told so.
    func multiply(_ x: Floats, into y: Floats, adds: Bool) {
        kernels.multiplyPixels(
            outputs: outputs, channels: channels, pixels: pixels, weight: weight.pointer, bias: bias.pointer,
            RowsView(x, stride: pixels), into: RowsView(y, stride: pixels), adds: adds)
    }
}
