import Kernels

/// Sums of windows times filters, for the pixels of samples that stand one after the other: a convolution, or a phase of
/// its way back.
final class WindowProduct {
    let filters: FilterPanels
    /// Floats of a window.
    let terms: Int
    /// `[panels, terms, lanes of the panel]`, to be filled by the owner.
    let panels: Storage
    /// `[lanes]`, likewise.
    let bias: Storage
    /// Windows of a sample.
    let pixels: Int
    let runs: UnsafeMutableBufferPointer<WindowRun>
    private let sampleLength: Int
    /// Small images share a strip.
    let samplesAtOnce: Int
    private let origins: Indices  // [samplesAtOnce · pixels]
    /// Windows whose sums stay in the first-level cache until they are stored elsewhere.
    private let stripPixels: Int
    private let strip: Storage
    private let room: Storage

    init(filters: Int, origins: [Int32], runs: [WindowRun], sampleLength: Int) {
        self.filters = FilterPanels(of: filters)
        self.sampleLength = sampleLength
        pixels = origins.count
        terms = runs.reduce(0) { $0 + Int($1.length) }
        stripPixels = terms <= WindowRun.longest ? 128 : 64
        samplesAtOnce = max(1, stripPixels / pixels)
        self.origins = Indices(origins, samples: samplesAtOnce, apart: sampleLength)
        self.runs = .allocate(capacity: runs.count)
        _ = self.runs.initialize(from: runs)
        panels = Storage(count: self.filters.lanes * terms)
        bias = Storage(count: self.filters.lanes)
        strip = Storage(count: stripPixels * FilterPanels.width)
        room = Storage(count: stripPixels * FilterPanels.width)
    }

    deinit { runs.deallocate() }

    /// Some windows of the sample `x` and all filters: `[pixels.count, yStride]`.
    func multiply(pixels: Range<Int>, of x: Floats, into y: RowsView) {
        for panel in 0..<filters.count {
            multiply(
                panel, pixels, x, into: RowsView(y.pointer + panel * FilterPanels.width, stride: y.stride))
        }
    }

    /// All windows of some samples, filters first: `y = [samples, filters, pixels] + beta · y`.
    func multiply(samples: Int, of x: Floats, into y: Floats, beta: Float) {
        forEachStrip(samples: samples, of: x) { panel, first, strip in
            var (sample, pixel) = (first / pixels, first % pixels)
            var source = self.strip.pointer
            var left = strip
            while left > 0 {
                let count = min(left, pixels - pixel)
                let plane = sample * filters.filters + panel * FilterPanels.width
                kernels.transposeAdding(
                    rows: count, columns: filters.held(panel), source, xStride: filters.lanes(panel),
                    into: y + plane * pixels + pixel, yStride: pixels, room: room.pointer, beta: beta)
                source += count * filters.lanes(panel)
                left -= count
                (sample, pixel) = (sample + 1, 0)
            }
        }
    }

    /// All windows of some samples, each to its place: those of panel p and window i to `y + p · panelLength + places[i]`.
    ///
    /// - Parameter places: of the windows of all samples.
    func multiply(samples: Int, of x: Floats, into y: Floats, panelLength: Int, places: Indices) {
        forEachStrip(samples: samples, of: x) { panel, first, count in
            kernels.scatterRows(
                count, lanes: filters.lanes(panel), strip.pointer, places: places.pointer + first,
                into: y + panel * panelLength)
        }
    }

    /// Calls `body` for each panel and strip of windows, whose sums are then in `strip`: `[count, lanes of the panel]`.
    private func forEachStrip(
        samples: Int, of x: Floats, _ body: (_ panel: Int, _ first: Int, _ count: Int) -> Void
    ) {
        for sample in stride(from: 0, to: samples, by: samplesAtOnce) {
            let total = min(samplesAtOnce, samples - sample) * pixels
            for panel in 0..<filters.count {
                for first in stride(from: 0, to: total, by: stripPixels) {
                    let end = min(first + stripPixels, total)
                    multiply(
                        panel, first..<end, x + sample * sampleLength,
                        into: RowsView(strip.pointer, stride: filters.lanes(panel)))
                    body(panel, sample * pixels + first, end - first)
                }
            }
        }
    }

    private func multiply(_ panel: Int, _ pixels: Range<Int>, _ x: Floats, into y: RowsView) {
        kernels.multiplyWindows(
            pixels.count, origins: origins.pointer + pixels.lowerBound, runs: UnsafeBufferPointer(runs), x,
            panel: RowsView(
                panels.pointer + panel * FilterPanels.width * terms, stride: filters.lanes(panel)),
            lanes: filters.lanes(panel),
            start: RowsView(bias.pointer + panel * FilterPanels.width, stride: 0), into: y)
    }
}

extension Indices {
    /// The same indices for each of some samples, `length` apart.
    convenience init(_ values: [Int32], samples: Int, apart length: Int) {
        self.init((0..<samples).flatMap { sample in values.map { $0 + Int32(sample * length) } })
    }
}
