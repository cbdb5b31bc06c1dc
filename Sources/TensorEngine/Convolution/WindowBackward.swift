import Kernels

/// The way back through windows of samples that are channels-last.
final class WindowBackward: DenseBackward {
    let samplesAtOnce: Int
    private let workspace: ConvolutionWorkspace
    private let layout: GradientLayout
    private let inputGradient: InputGradient?
    private let gradients: Storage  // [samplesAtOnce, layout.sampleLength]
    private let origins, places: Indices  // [samplesAtOnce · pixels], of windows and of their gradients

    init(_ workspace: ConvolutionWorkspace, wantsInputs: Bool) {
        self.workspace = workspace
        let shape = workspace.shape
        samplesAtOnce = max(1, min(workspace.batch, longestPiece / shape.pixels))
        if wantsInputs {
            let (layout, phases) = InputGradientPhase.all(shape)
            self.layout = layout
            inputGradient = InputGradient(shape, layout, phases, samples: samplesAtOnce)
        } else {
            (layout, inputGradient) = (GradientLayout(shape), nil)
        }
        gradients = Storage(count: samplesAtOnce * layout.sampleLength)
        origins = Indices(shape.windowOrigins, samples: samplesAtOnce, apart: shape.sampleLength)
        places = Indices(layout.places.map(Int32.init), samples: samplesAtOnce, apart: layout.sampleLength)
    }

    /// Takes the filters from the workspace.
    func loadFilters(_ weight: Floats) { inputGradient?.load(workspace) }

    func run(
        _ samples: Range<Int>, of x: Floats?, _ g: Floats, filters: (into: Floats, beta: Float)?,
        inputs: (into: Floats, beta: Float)?
    ) {
        let shape = workspace.shape
        for (place, sample) in samples.enumerated() {
            kernels.packOutputGradient(
                layout, g + sample * shape.filters * shape.pixels,
                into: gradients.pointer + place * layout.sampleLength)
        }
        if let filters { add(samples, to: filters.into, beta: filters.beta) }
        if let inputs {
            inputGradient?.run(
                samples: samples.count, gradients.pointer,
                into: inputs.into + samples.lowerBound * shape.inputCount, beta: inputs.beta)
        }
    }

    /// Adds the share of some samples, piece by piece.
    private func add(_ samples: Range<Int>, to target: Floats, beta: Float) {
        let (shape, panels) = (workspace.shape, layout.panels)
        let total = samples.count * shape.pixels
        for panel in 0..<panels.count {
            let g = gradients.pointer + panel * layout.panelLength
            let (lanes, start) = (panels.lanes(panel), panel * FilterPanels.width)
            for first in stride(from: 0, to: total, by: longestPiece) {
                let pixels = min(longestPiece, total - first)
                let beta = first > 0 ? 1 : beta
                kernels.windowGradient(
                    pixels, origins: origins.pointer + first, places: places.pointer + first,
                    runs: UnsafeBufferPointer(workspace.product.runs), workspace.sample(samples.lowerBound),
                    termStride: 1, g, lanes: lanes, into: target + start * shape.filterCount, beta: beta)
                kernels.pixelSums(
                    pixels, places: places.pointer + first, g, lanes: lanes,
                    into: target + panels.lanes * shape.filterCount + start, beta: beta)
            }
        }
    }
}

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
