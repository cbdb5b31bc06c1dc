import Kernels

/// The memory that the convolution ops share: samples, padded and channels-last from the forward pass on, and filters.
/// Those that 1×1 filters meet stay channels first.
final class ConvolutionWorkspace {
    let shape: ConvolutionShape
    let batch: Int
    let product: WindowProduct
    /// Where 1×1 filters take samples as they stand, what multiplies them instead.
    let pointwise: PointwiseProduct?
    /// Floats of one of `samples`.
    let sampleLength: Int
    private let samples: Storage  // [batch, sampleLength], the margins zero; none where the caller's will do
    private let scratch: Storage  // a block of a filter panel, twice

    init(_ shape: ConvolutionShape, batch: Int, isPooled: Bool = false) {
        (self.shape, self.batch) = (shape, batch)
        product = WindowProduct(
            filters: shape.filters, origins: shape.windowOrigins, runs: shape.windowRuns,
            sampleLength: shape.sampleLength)
        pointwise =
            PointwiseProduct.fits(shape) && !isPooled
            ? PointwiseProduct(outputs: shape.filters, channels: shape.channels, pixels: shape.pixels) : nil
        sampleLength = pointwise == nil ? shape.sampleLength : shape.channels * shape.pixels
        samples = Storage(count: pointwise == nil || shape.stride > 1 ? batch * sampleLength : 0)
        scratch = Storage(
            count: 2 * FilterPanels.width * FilterPanels.width * shape.kernelRows * shape.kernelColumns)
    }

    func sample(_ index: Int) -> Floats { samples.pointer + index * sampleLength }

    /// What 1×1 filters meet of a sample, `[channels, pixels]`.
    ///
    /// - Parameter x: the caller's samples.
    func pixels(_ index: Int, of x: Floats) -> Floats {
        samples.count > 0 ? sample(index) : x + index * shape.inputCount
    }

    /// Takes some samples of the input `x` of a forward pass, for a product and for the backward pass.
    func load(_ samples: Range<Int>, of x: Floats) {
        guard self.samples.count > 0 else { return }
        for index in samples {
            let x = x + index * shape.inputCount
            if pointwise == nil {
                kernels.packSample(shape, x, into: sample(index))
            } else {
                kernels.pickPixels(shape, x, into: sample(index))
            }
        }
    }

    /// Takes the filters of a forward pass.
    func load(weight: Floats, bias: Floats) {
        kernels.packFilterPanels(shape, weight, scratch: scratch.pointer, into: product.panels.pointer)
        kernels.copy(shape.filters, bias, into: product.bias.pointer)
    }

    /// A forward pass, filters first.
    func run(_ x: Floats, weight: Floats, bias: Floats, into y: Floats) {
        if let pointwise {
            pointwise.load(weight: weight, bias: bias)
            for index in 0..<batch {
                load(index..<index + 1, of: x)
                pointwise.multiply(
                    pixels(index, of: x), into: y + index * shape.filters * shape.pixels, adds: false)
            }
            return
        }
        load(weight: weight, bias: bias)
        for first in stride(from: 0, to: batch, by: product.samplesAtOnce) {
            let samples = first..<min(first + product.samplesAtOnce, batch)
            load(samples, of: x)
            product.multiply(
                samples: samples.count, of: sample(first), into: y + first * shape.filters * shape.pixels,
                beta: 0)
        }
    }

    /// A gradient that stands as the filters do, to the caller's.
    func unpack(_ gradient: Floats, into weight: Floats, beta: Float) {
        kernels.unpackPanelGradient(shape, gradient, scratch: scratch.pointer, into: weight, beta: beta)
    }
}

extension ConvolutionShape {
    /// The sizes of a convolution of these tensors, whose shapes it checks for `op`.
    init(_ op: String, _ x: Tensor, weight: Tensor, bias: Tensor, stride: Int, padding: Int) {
        requireShape(
            x.shape.count == 4 && weight.shape.count == 4 && x.shape[1] == weight.shape[1],
            """
            \(op): input \(x.shape) does not fit weight \(weight.shape): they are [n, channels, rows, columns] \
            and [filters, channels, kernel rows, kernel columns]
            """)
        requireShape(
            bias.shape == [weight.shape[0]],
            "\(op): bias \(bias.shape) does not fit the filters of weight \(weight.shape)")
        requireShape(
            stride > 0 && padding >= 0 && weight.shape[2] > 0 && weight.shape[3] > 0,
            """
            \(op) needs filters of a pixel or more, stride > 0 and padding ≥ 0, got \(weight.shape), \(stride) \
            and \(padding)
            """)
        requireShape(
            weight.shape[2] <= x.shape[2] + 2 * padding && weight.shape[3] <= x.shape[3] + 2 * padding,
            "\(op): filters of \(weight.shape) do not fit \(x.shape) with padding \(padding)")
        self.init(
            channels: x.shape[1], rows: x.shape[2], columns: x.shape[3], filters: weight.shape[0],
            kernelRows: weight.shape[2], kernelColumns: weight.shape[3], stride: stride, padding: padding,
            lanes: kernels.lanes)
    }
}
