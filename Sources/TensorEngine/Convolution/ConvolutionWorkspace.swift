import Kernels

/// The memory and the loops over samples that the convolution ops share.
///
/// A sample is kept padded and channels-last from the forward pass on; the gradient of the output is a list
/// of its non-zero values. Shares of the weights' gradient are added sample by sample, in order.
final class ConvolutionWorkspace {
    let shape: ConvolutionShape
    let batch: Int
    let origins: Indices
    private let samples: Storage  // [batch, sampleLength], the margins zero
    private let panels: Storage  // the filters for the forward pass
    private let bias: Storage  // [filterLanes]
    private let terms: UnsafeMutablePointer<WeightedOffset>  // one sample's output gradient by filter
    private let starts: Indices  // [filters + 1]
    private let filterOrigins: Indices  // where each filter begins in its gradient
    private let filterGradient: Storage  // [filters, windowLength]
    private let biasGradient: Storage  // [filters]
    private let inputs: InputGradientWorkspace?

    init(_ shape: ConvolutionShape, batch: Int, needsInputGradient: Bool) {
        (self.shape, self.batch) = (shape, batch)
        origins = Indices(shape.windowOrigins)
        samples = Storage(count: batch * shape.sampleLength)
        panels = Storage(count: shape.filterLanes * shape.filterCount)
        bias = Storage(count: shape.filterLanes)
        terms = .allocate(capacity: shape.filters * shape.pixels + 1)
        starts = Indices(count: shape.filters + 1)
        filterOrigins = Indices((0..<shape.filters).map { Int32($0 * shape.windowLength) })
        filterGradient = Storage(count: shape.filters * shape.windowLength)
        biasGradient = Storage(count: shape.filters)
        inputs = needsInputGradient ? InputGradientWorkspace(shape) : nil
    }

    deinit { terms.deallocate() }

    private func sample(_ index: Int) -> Floats { samples.pointer + index * shape.sampleLength }

    /// Takes the input of a forward pass, for `output` and for the backward pass.
    func load(_ x: Floats) {
        for index in 0..<batch {
            kernels.packSample(shape, x + index * shape.inputCount, into: sample(index))
        }
    }

    /// Takes the filters of a forward pass, for `output`.
    func load(weight: Floats, bias: Floats) {
        kernels.packFilterPanels(shape, weight, into: panels.pointer)
        kernels.copy(shape.filters, bias, into: self.bias.pointer)
    }

    /// One sample at some of its output pixels: `[pixels.count, filterLanes]`.
    func output(of index: Int, pixels: Range<Int>, into y: Floats) {
        kernels.convolve(
            shape, pixels: pixels, origins: origins.pointer, sample(index), panels: panels.pointer,
            bias: bias.pointer, into: y)
    }

    /// Backpropagates the gradient that `gather(sample, terms, starts)` lists for each sample in turn.
    func backpropagate(
        from y: Tensor, to x: Tensor, weight: Tensor, bias: Tensor,
        gather: (Int, UnsafeMutablePointer<WeightedOffset>, UnsafeMutablePointer<Int32>) -> Void
    ) {
        kernels.fill(filterGradient.count, filterGradient.pointer, with: 0)
        kernels.fill(biasGradient.count, biasGradient.pointer, with: 0)
        inputs?.load(weight.pointer)
        func eachSample(_ body: (Int) -> Void) {
            for index in 0..<batch {
                gather(index, terms, starts.pointer)
                kernels.addFilterGradient(
                    shape, sample(index), filters: filterOrigins.pointer, terms: terms,
                    starts: starts.pointer, into: filterGradient.pointer, bias: biasGradient.pointer)
                body(index)
                y.pause()
            }
        }
        if let inputs {
            x.receiveGradient { target, beta in
                eachSample { index in
                    inputs.gradient(
                        terms: terms, starts: starts, into: target + index * shape.inputCount, beta: beta)
                }
            }
        } else {
            eachSample { _ in }
        }
        weight.receiveGradient {
            kernels.unpackFilterGradient(shape, filterGradient.pointer, into: $0, beta: $1)
        }
        bias.receiveGradient { kernels.accumulate(shape.filters, biasGradient.pointer, into: $0, beta: $1) }
    }
}

/// What only a convolution needs whose input wants a gradient.
private final class InputGradientWorkspace {
    private let shape: ConvolutionShape
    private let origins: Indices  // the windows, in the order of visits
    private let filterRuns: Storage  // the filters for the backward pass
    private let sorted: UnsafeMutablePointer<WeightedOffset>  // the terms by pixel
    private let cursors: Indices  // [sampleLength]
    private let ends: Indices  // [pixels], in the order of visits
    private let sample: Storage  // one sample's gradient, padded and channels-last
    private let row: Storage

    init(_ shape: ConvolutionShape) {
        self.shape = shape
        origins = Indices(shape.spreadOrigins)
        filterRuns = Storage(count: shape.filters * shape.windowLength)
        sorted = .allocate(capacity: shape.filters * shape.pixels + 1)
        cursors = Indices(count: shape.sampleLength)
        ends = Indices(count: shape.pixels)
        sample = Storage(count: shape.sampleLength)
        row = Storage(count: shape.columns * shape.channels)
    }

    deinit { sorted.deallocate() }

    func load(_ weight: Floats) { kernels.packFilterRuns(shape, weight, into: filterRuns.pointer) }

    func gradient(
        terms: UnsafePointer<WeightedOffset>, starts: Indices, into target: Floats, beta: Float
    ) {
        kernels.sortByPixel(
            shape, origins: origins.pointer, terms: terms, starts: starts.pointer, into: sorted,
            cursors: cursors.pointer, ends: ends.pointer)
        kernels.fill(sample.count, sample.pointer, with: 0)
        kernels.addInputGradient(
            shape, origins: origins.pointer, filterRuns: filterRuns.pointer, terms: sorted,
            ends: ends.pointer, into: sample.pointer)
        kernels.unpackSampleGradient(shape, sample.pointer, row: row.pointer, into: target, beta: beta)
    }
}

extension ConvolutionShape {
    /// The sizes of a convolution of these tensors, whose shapes it checks for `op`.
    init(_ op: String, _ x: Tensor, weight: Tensor, bias: Tensor, stride: Int, padding: Int) {
        precondition(
            x.shape.count == 4 && weight.shape.count == 4 && x.shape[1] == weight.shape[1]
                && bias.shape == [weight.shape[0]],
            """
            \(op) needs [n, channels, rows, columns], [filters, channels, kernel rows, kernel columns], \
            [filters], got \(x.shape), \(weight.shape), \(bias.shape)
            """)
        precondition(
            stride > 0 && padding >= 0, "\(op) needs stride > 0 and padding ≥ 0, got \(stride), \(padding)")
        precondition(
            weight.shape[2] <= x.shape[2] + 2 * padding && weight.shape[3] <= x.shape[3] + 2 * padding,
            "\(op): filters of \(weight.shape) do not fit \(x.shape) with padding \(padding)")
        self.init(
            channels: x.shape[1], rows: x.shape[2], columns: x.shape[3], filters: weight.shape[0],
            kernelRows: weight.shape[2], kernelColumns: weight.shape[3], stride: stride, padding: padding,
            lanes: kernels.lanes)
    }
}
