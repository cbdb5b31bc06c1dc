import Kernels
import Limits

/// The way back through a convolution where few of its output's pixels have a gradient: those that won their pooling
/// window. It is a list of them, sample by sample.
final class SparseGradients {
    private let workspace: ConvolutionWorkspace
    private let origins: Indices
    private let terms: UnsafeMutablePointer<WeightedOffset>  // one sample's output gradient by filter
    private let starts: Indices  // [filters + 1]
    private let filterOrigins: Indices  // where each filter begins in its gradient
    private let sums: ShardSums  // [filters, windowLength], then [filters] of the bias
    private let inputs: SparseInputGradient?

    init(_ workspace: ConvolutionWorkspace, x: Tensor) {
        let shape = workspace.shape
        self.workspace = workspace
        origins = Indices(shape.windowOrigins)
        terms = Memory.zeros(
            shape.filters * shape.pixels + 1, of: WeightedOffset.self, "for the gradients of a convolution")
        starts = Indices(count: shape.filters + 1)
        filterOrigins = Indices((0..<shape.filters).map { Int32($0 * shape.windowLength) })
        sums = ShardSums(
            count: shape.filters * (shape.windowLength + 1), samples: workspace.batch, order: x.sumOrder)
        inputs = x.requiresGradient ? SparseInputGradient(shape) : nil
    }

    deinit { Memory.release(terms) }

    /// Backpropagates the gradient of each sample in turn, which `gather(sample, origins, terms, starts)` lists.
    func backpropagate(
        from y: Tensor, to x: Tensor, weight: Tensor, bias: Tensor,
        gather: (
            Int, UnsafePointer<Int32>, UnsafeMutablePointer<WeightedOffset>, UnsafeMutablePointer<Int32>
        ) -> Void
    ) {
        let shape = workspace.shape
        let biasStart = shape.filters * shape.windowLength
        inputs?.load(weight.pointer)
        func eachSample(_ body: (Int) -> Void) {
            sums.run(samplesAtOnce: 1) { samples, target, adds in
                for index in samples {
                    gather(index, origins.pointer, terms, starts.pointer)
                    kernels.addFilterGradient(
                        shape, workspace.sample(index), filters: filterOrigins.pointer, terms: terms,
                        starts: starts.pointer, into: target, bias: target + biasStart,
                        start: adds ? .apart : index == samples.lowerBound ? .anew : .goesOn)
                    body(index)
                    y.pause()
                }
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
        weight.receiveShardedGradient(of: x) {
            kernels.unpackFilterGradient(shape, sums.total, into: $0, beta: $1)
        }
        bias.receiveShardedGradient(of: x) {
            kernels.accumulate(shape.filters, sums.total + biasStart, into: $0, beta: $1)
        }
    }
}

/// What only a convolution needs whose input wants a gradient.
private final class SparseInputGradient {
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
        sorted = Memory.zeros(
            shape.filters * shape.pixels + 1, of: WeightedOffset.self, "for the gradients of a convolution")
        cursors = Indices(count: shape.sampleLength)
        ends = Indices(count: shape.pixels)
        sample = Storage(count: shape.sampleLength)
        row = Storage(count: shape.columns * shape.channels)
    }

    deinit { Memory.release(sorted) }

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
