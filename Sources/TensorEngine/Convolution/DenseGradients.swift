import Determinism
import Kernels

/// The way back through a convolution whose output's gradient is dense.
///
/// ∂L/∂weight is a product over pixels, in pieces of at most 128 of them: a part of one sample, or several small ones.
/// ∂L/∂x is a convolution of the output's gradient; with 1×1 filters, a product with it as it stands.
final class DenseGradients {
    private let workspace: ConvolutionWorkspace
    private let layout: GradientLayout
    private let inputs: InputGradient?
    private let pointwiseInputs: PointwiseProduct?
    private let samplesAtOnce: Int
    private let gradients: Storage  // [samplesAtOnce, layout.sampleLength]
    private let origins, places: Indices  // [samplesAtOnce · pixels], of windows and of their gradients
    private let sums: ShardSums  // of the filters as they are packed, then [lanes] of the bias

    /// - Parameters:
    ///   - order: of the samples' sums; nil for those of one shard.
    ///   - wantsInputs: whether ∂L/∂x is wanted.
    init(_ workspace: ConvolutionWorkspace, order: SumOrder?, wantsInputs: Bool) {
        self.workspace = workspace
        let shape = workspace.shape
        samplesAtOnce = max(1, min(workspace.batch, longestPiece / shape.pixels))
        let isPointwise = workspace.pointwise != nil
        pointwiseInputs =
            isPointwise && wantsInputs
            ? PointwiseProduct(outputs: shape.channels, channels: shape.filters, pixels: shape.pixels) : nil
        if wantsInputs && !isPointwise {
            let (layout, phases) = InputGradientPhase.all(shape)
            self.layout = layout
            inputs = InputGradient(shape, layout, phases, samples: samplesAtOnce)
        } else {
            (layout, inputs) = (GradientLayout(shape), nil)
        }
        gradients = Storage(count: samplesAtOnce * layout.sampleLength)
        origins = Indices(
            isPointwise ? (0..<shape.pixels).map(Int32.init) : shape.windowOrigins, samples: samplesAtOnce,
            apart: isPointwise ? shape.inputCount : shape.sampleLength)
        places = Indices(layout.places.map(Int32.init), samples: samplesAtOnce, apart: layout.sampleLength)
        sums = ShardSums(
            count: layout.panels.lanes * (shape.filterCount + 1), samples: workspace.batch, order: order)
    }

    func backpropagate(from y: Tensor, to x: Tensor, weight: Tensor, bias: Tensor) {
        let (input, g) = (x.pointer, y.gradientPointer)
        loadFilters(weight.pointer)
        if x.requiresGradient {
            x.receiveGradient { target, beta in
                sumSamples(input, g, pause: y.pause) { first, count in
                    multiplyInputs(first, count, g, into: target, beta: beta)
                }
            }
        } else {
            sumSamples(input, g, pause: y.pause) { _, _ in }
        }
        giveWeightGradient(to: weight, of: x)
        bias.receiveShardedGradient(of: x) {
            kernels.accumulate(
                workspace.shape.filters, sums.total + layout.panels.lanes * workspace.shape.filterCount,
                into: $0, beta: $1)
        }
    }

    /// Takes the filters for ∂L/∂x, from the caller and from the workspace.
    func loadFilters(_ weight: Floats) {
        inputs?.load(workspace)
        pointwiseInputs?.load(transposed: weight)
    }

    /// ∂L/∂x of all samples alone, from ∂L/∂y: what a transposed convolution computes.
    func multiplyInputs(_ g: Floats, into x: Floats) {
        for first in stride(from: 0, to: workspace.batch, by: samplesAtOnce) {
            let count = min(samplesAtOnce, workspace.batch - first)
            if inputs != nil { pack(first, count, g) }
            multiplyInputs(first, count, g, into: x, beta: 0)
        }
    }

    /// Adds up ∂L/∂weight alone.
    ///
    /// - Parameter x: where samples are not taken from the workspace.
    func sumSamples(_ x: Floats, _ g: Floats, pause: () -> Void) {
        sumSamples(x, g, pause: pause) { _, _ in }
    }

    /// Gives what was added up over the samples of `x`.
    func giveWeightGradient(to weight: Tensor, of x: Tensor) {
        weight.receiveShardedGradient(of: x) { workspace.unpack(sums.total, into: $0, beta: $1) }
    }

    /// ∂L/∂x of some samples, whose ∂L/∂y is packed.
    private func multiplyInputs(_ first: Int, _ count: Int, _ g: Floats, into x: Floats, beta: Float) {
        let shape = workspace.shape
        let target = x + first * shape.inputCount
        inputs?.run(samples: count, gradients.pointer, into: target, beta: beta)
        pointwiseInputs?.multiply(
            samples: count, of: g + first * shape.filters * shape.pixels, into: target, adds: beta != 0)
    }

    private func pack(_ first: Int, _ count: Int, _ g: Floats) {
        let outputCount = workspace.shape.filters * workspace.shape.pixels
        for index in 0..<count {
            kernels.packOutputGradient(
                layout, g + (first + index) * outputCount,
                into: gradients.pointer + index * layout.sampleLength)
        }
    }

    /// Adds up the filters' and biases' gradients, and calls `body` with each group of samples while theirs is packed.
    private func sumSamples(
        _ x: Floats, _ g: Floats, pause: () -> Void, _ body: (_ first: Int, _ count: Int) -> Void
    ) {
        let isOnePiece = samplesAtOnce * workspace.shape.pixels <= longestPiece
        sums.run(samplesAtOnce: isOnePiece ? samplesAtOnce : 0) { samples, target, adds in
            for first in stride(from: samples.lowerBound, to: samples.upperBound, by: samplesAtOnce) {
                let count = min(samplesAtOnce, samples.upperBound - first)
                pack(first, count, g)
                add(first, count, of: x, to: target, beta: adds || first > samples.lowerBound ? 1 : 0)
                body(first, count)
                pause()
            }
        }
    }

    /// Adds the share of some samples, piece by piece.
    private func add(_ sample: Int, _ count: Int, of x: Floats, to target: Floats, beta: Float) {
        let (shape, panels) = (workspace.shape, layout.panels)
        let (source, termStride) =
            workspace.pointwise == nil
            ? (workspace.sample(sample), 1) : (x + sample * shape.inputCount, shape.pixels)
        let total = count * shape.pixels
        for panel in 0..<panels.count {
            let g = gradients.pointer + panel * layout.panelLength
            let (lanes, start) = (panels.lanes(panel), panel * FilterPanels.width)
            for first in stride(from: 0, to: total, by: longestPiece) {
                let pixels = min(longestPiece, total - first)
                let beta = first > 0 ? 1 : beta
                kernels.windowGradient(
                    pixels, origins: origins.pointer + first, places: places.pointer + first,
                    runs: UnsafeBufferPointer(workspace.product.runs), source, termStride: termStride, g,
                    lanes: lanes, into: target + start * shape.filterCount, beta: beta)
                kernels.pixelSums(
                    pixels, places: places.pointer + first, g, lanes: lanes,
                    into: target + panels.lanes * shape.filterCount + start, beta: beta)
            }
        }
    }
}

/// So many pixels are summed in one chain. Part of the bits of a filter's gradient.
private let longestPiece = 128

/// ∂L/∂x of a convolution from the packed gradient of its output.
private final class InputGradient {
    private let shape: ConvolutionShape
    private let layout: GradientLayout
    private let phases: [Phase]
    /// Whether one phase has all pixels in order: its sums go where they belong at once.
    private let isDirect: Bool
    private let image: Storage  // [samples, panels, rows · columns, 32], where there are several phases
    private let room: Storage

    private struct Phase {
        let product: WindowProduct
        let taps: UnsafeMutableBufferPointer<Int32>
        let places: Indices  // in `image`
    }

    init(_ shape: ConvolutionShape, _ layout: GradientLayout, _ phases: [InputGradientPhase], samples: Int) {
        (self.shape, self.layout, isDirect) = (shape, layout, shape.stride == 1)
        let channels = FilterPanels(of: shape.channels)
        let imageLength = channels.count * shape.rows * shape.columns * FilterPanels.width
        self.phases = phases.map { phase in
            let taps = UnsafeMutableBufferPointer<Int32>.allocate(capacity: phase.taps.count)
            _ = taps.initialize(from: phase.taps)
            return Phase(
                product: WindowProduct(
                    filters: shape.channels, origins: phase.origins, runs: phase.runs,
                    sampleLength: layout.sampleLength),
                taps: taps,
                places: Indices(
                    phase.pixels.map { $0 * Int32(FilterPanels.width) }, samples: samples, apart: imageLength)
            )
        }
        image = Storage(count: isDirect ? 0 : samples * imageLength)
        room = Storage(count: isDirect ? 0 : shape.rows * shape.columns * FilterPanels.width)
    }

    deinit { for phase in phases { phase.taps.deallocate() } }

    /// Takes the filters from the panels of the forward pass.
    func load(_ workspace: ConvolutionWorkspace) {
        for phase in phases {
            kernels.packInputGradientPanels(
                shape, taps: UnsafeBufferPointer(phase.taps), filterPanels: workspace.product.panels.pointer,
                into: phase.product.panels.pointer)
        }
    }

    /// Writes, or adds, ∂L/∂x of some samples.
    func run(samples: Int, _ gradients: Floats, into x: Floats, beta: Float) {
        if isDirect {
            return phases[0].product.multiply(samples: samples, of: gradients, into: x, beta: beta)
        }
        let (channels, pixels) = (FilterPanels(of: shape.channels), shape.rows * shape.columns)
        let panelLength = pixels * FilterPanels.width
        for phase in phases {
            phase.product.multiply(
                samples: samples, of: gradients, into: image.pointer, panelLength: panelLength,
                places: phase.places)
        }
        for index in 0..<samples * channels.count {
            let (sample, panel) = (index / channels.count, index % channels.count)
            kernels.transposeAdding(
                rows: pixels, columns: channels.held(panel), image.pointer + index * panelLength,
                xStride: FilterPanels.width,
                into: x + sample * shape.inputCount + panel * FilterPanels.width * pixels,
                yStride: pixels, room: room.pointer, beta: beta)
        }
    }
}
