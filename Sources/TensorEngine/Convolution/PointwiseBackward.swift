import Kernels

/// The way back through 1×1 filters: a piece of ∂L/∂y is turned around for ∂L/∂weight while it is in the cache.
final class PointwiseBackward: DenseBackward {
    let samplesAtOnce: Int
    private let workspace: ConvolutionWorkspace
    private let panels: FilterPanels
    private let product: PointwiseProduct?
    private let pixelsAtOnce: Int
    private let gradients: Storage  // [panels, pixelsAtOnce, filters of the widest panel]
    private let origins: Indices  // where the pixels of samplesAtOnce samples stand
    private let places: Indices  // [pixelsAtOnce], in a panel of `gradients`
    private let picked, room: Storage  // ∂L/∂x of the pixels that are picked, and [rows, columns]

    init(_ workspace: ConvolutionWorkspace, wantsInputs: Bool) {
        self.workspace = workspace
        let shape = workspace.shape
        panels = FilterPanels(of: shape.filters)
        samplesAtOnce = max(1, min(workspace.batch, longestPiece / shape.pixels))
        pixelsAtOnce = min(longestPiece, samplesAtOnce * shape.pixels)
        product =
            wantsInputs
            ? PointwiseProduct(outputs: shape.channels, channels: shape.filters, pixels: shape.pixels) : nil
        let widest = panels.widest
        gradients = Storage(count: panels.count * pixelsAtOnce * widest)
        let sampleLength = shape.stride > 1 ? workspace.sampleLength : shape.inputCount
        origins = Indices(
            (0..<shape.pixels).map(Int32.init), samples: samplesAtOnce, apart: sampleLength)
        places = Indices((0..<pixelsAtOnce).map { Int32($0 * widest) })
        let isSpread = wantsInputs && shape.stride > 1
        picked = Storage(count: isSpread ? shape.channels * shape.pixels : 0)
        room = Storage(count: isSpread ? shape.rows * shape.columns : 0)
    }

    /// Takes the filters from the caller.
    func loadFilters(_ weight: Floats) { product?.load(transposed: weight) }

    func run(
        _ samples: Range<Int>, of x: Floats?, _ g: Floats, filters: (into: Floats, beta: Float)?,
        inputs: (into: Floats, beta: Float)?
    ) {
        if let x, let filters {
            let pixels = workspace.shape.pixels
            let x = workspace.pixels(samples.lowerBound, of: x)
            // Pieces of one sample, or one piece of whole samples.
            for first in stride(from: 0, to: pixels, by: longestPiece) {
                let part = first..<min(first + longestPiece, pixels)
                pack(part, of: samples, g)
                add(
                    part.count * samples.count, to: filters.into, beta: first > 0 ? 1 : filters.beta, of: x,
                    from: first)
            }
        }
        if let inputs { multiply(samples, g, into: inputs.into, beta: inputs.beta) }
    }

    private func pack(_ part: Range<Int>, of samples: Range<Int>, _ g: Floats) {
        let (filters, pixels) = (workspace.shape.filters, workspace.shape.pixels)
        for (place, sample) in samples.enumerated() {
            for panel in 0..<panels.count {
                kernels.transpose(
                    rows: panels.held(panel), columns: part.count,
                    g + (sample * filters + panel * FilterPanels.width) * pixels + part.lowerBound,
                    xStride: pixels,
                    into: gradients.pointer + (panel * pixelsAtOnce + place * pixels) * panels.widest,
                    yStride: panels.widest)
            }
        }
    }

    /// Adds the share of a piece's pixels, from one on.
    private func add(_ pixels: Int, to target: Floats, beta: Float, of x: Floats, from first: Int) {
        let shape = workspace.shape
        for panel in 0..<panels.count {
            let g = gradients.pointer + panel * pixelsAtOnce * panels.widest
            let (lanes, start) = (panels.lanes(panel), panel * FilterPanels.width)
            kernels.windowGradient(
                pixels, origins: origins.pointer + first, places: places.pointer,
                runs: UnsafeBufferPointer(workspace.product.runs), x, termStride: shape.pixels, g,
                lanes: lanes, into: target + start * shape.filterCount, beta: beta)
            kernels.pixelSums(
                pixels, places: places.pointer, g, lanes: lanes,
                into: target + panels.lanes * shape.filterCount + start, beta: beta)
        }
    }

    /// ∂L/∂x of some samples.
    private func multiply(_ samples: Range<Int>, _ g: Floats, into x: Floats, beta: Float) {
        guard let product else { return }
        let shape = workspace.shape
        for sample in samples {
            let (g, target) = (g + sample * shape.filters * shape.pixels, x + sample * shape.inputCount)
            if shape.stride == 1 {
                product.multiply(g, into: target, adds: beta != 0)
            } else {
                product.multiply(g, into: picked.pointer, adds: false)
                kernels.spreadPixels(
                    shape, picked.pointer, room: room.pointer, into: target, beta: beta)
            }
        }
    }
}
