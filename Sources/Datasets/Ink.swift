import Formats

/// How much ink lies at each place of a picture, without its colours.
///
/// `cropped`, `fitted` and `centered` are the steps by which MNIST was made (LeCun et al. 1998): each digit scaled to
/// fit 20×20, its shape kept, and its centre of mass put at the centre of 28×28.
struct Ink: Equatable, Sendable {
    let width: Int
    let height: Int
    /// `[height, width]`: 0 is background.
    let values: [Float]

    init(width: Int, height: Int, values: [Float]) {
        precondition(values.count == width * height, "\(width)×\(height) values, got \(values.count)")
        self.width = width
        self.height = height
        self.values = values
    }

    var maximum: Float { values.max() ?? 0 }

    /// The smallest rectangle with all ink worth mentioning; nil where there is none.
    func cropped() -> Ink? {
        // What is fainter than this cannot be seen beside the strokes.
        let threshold = 0.05 * maximum
        var (left, right, top, bottom) = (width, -1, height, -1)
        for y in 0..<height {
            for x in 0..<width where values[y * width + x] > threshold {
                (left, right) = (min(left, x), max(right, x))
                (top, bottom) = (min(top, y), max(bottom, y))
            }
        }
        guard right >= left else { return nil }
        let rows = (top...bottom).map { values[$0 * width + left...$0 * width + right] }
        return Ink(width: right - left + 1, height: bottom - top + 1, values: rows.flatMap { $0 })
    }

    /// Scaled so that the longer side is `size`, each new pixel the mean of the area it covers.
    func fitted(into size: Int) -> Ink {
        let step = Float(max(width, height)) / Float(size)
        let across = Self.coverage(of: width, step: step, limit: size)
        let down = Self.coverage(of: height, step: step, limit: size)
        var narrow = [Float](repeating: 0, count: height * across.count)
        for y in 0..<height {
            for (x, shares) in across.enumerated() {
                narrow[y * across.count + x] = shares.reduce(0) {
                    $0 + $1.share * values[y * width + $1.source]
                }
            }
        }
        var result = [Float](repeating: 0, count: down.count * across.count)
        for (y, shares) in down.enumerated() {
            for (source, share) in shares {
                for x in across.indices {
                    result[y * across.count + x] += share * narrow[source * across.count + x]
                }
            }
        }
        return Ink(width: across.count, height: down.count, values: result)
    }

    /// For each run of `step` source pixels, which of them it covers, and what share of it each is.
    private static func coverage(
        of count: Int, step: Float, limit: Int
    ) -> [[(source: Int, share: Float)]] {
        let cells = min(limit, max(1, Int((Float(count) / step - 1e-3).rounded(.up))))
        return (0..<cells).map { cell in
            let (start, end) = (Float(cell) * step, Float(cell + 1) * step)
            return (Int(start)..<min(count, Int(end.rounded(.up)))).map { source in
                (source, (min(end, Float(source + 1)) - max(start, Float(source))) / step)
            }
        }
    }

    /// On a larger rectangle, the centre of mass within half a pixel of the centre, so far as the ink stays on it.
    func centered(rows: Int, columns: Int) -> Ink {
        precondition(
            width <= columns && height <= rows, "\(width)×\(height) does not fit \(columns)×\(rows)")
        let total = values.reduce(0, +)
        var (x, y): (Float, Float) = (0, 0)
        for (index, value) in values.enumerated() {
            x += value / total * Float(index % width)
            y += value / total * Float(index / width)
        }
        let left = min(max(Int((Float(columns / 2) - x).rounded()), 0), columns - width)
        let top = min(max(Int((Float(rows / 2) - y).rounded()), 0), rows - height)
        var result = [Float](repeating: 0, count: rows * columns)
        for row in 0..<height {
            for column in 0..<width {
                result[(top + row) * columns + left + column] = values[row * width + column]
            }
        }
        return Ink(width: columns, height: rows, values: result)
    }

    /// The values as bytes, the largest 255.
    var bytes: [UInt8] {
        let scale = 255 / max(maximum, .leastNormalMagnitude)
        return values.map { UInt8(max(0, ($0 * scale).rounded())) }
    }
}
