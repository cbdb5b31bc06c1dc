import Formats

/// A digit of synthetic strokes, with edges as soft as a scanner's.
struct Sketch {
    /// Line segments in a unit square, `y` downwards.
    let strokes: [(from: SIMD2<Double>, to: SIMD2<Double>)]

    static let seven = Sketch(strokes: [
        (SIMD2(0.1, 0.1), SIMD2(0.8, 0.1)), (SIMD2(0.8, 0.1), SIMD2(0.35, 0.95)),
    ])
    static let four = Sketch(strokes: [
        (SIMD2(0.55, 0.05), SIMD2(0.1, 0.6)), (SIMD2(0.1, 0.6), SIMD2(0.9, 0.6)),
        (SIMD2(0.65, 0.3), SIMD2(0.65, 0.95)),
    ])

    /// The ink, 0 ... 1, on `width × height` pixels, the unit square at (`left`, `top`) and `size` large.
    func ink(width: Int, height: Int, left: Double, top: Double, size: Double) -> [Double] {
        (0..<width * height).map { pixel in
            let place = SIMD2(Double(pixel % width) + 0.5 - left, Double(pixel / width) + 0.5 - top) / size
            let nearest = strokes.map { distance(from: place, to: $0) }.min() ?? 1
            return max(0, min(1, (0.06 - nearest) * size + 0.5))
        }
    }

    private func distance(from place: SIMD2<Double>, to stroke: (from: SIMD2<Double>, to: SIMD2<Double>))
        -> Double
    {
        let along = stroke.to - stroke.from
        let share = max(0, min(1, ((place - stroke.from) * along).sum() / (along * along).sum()))
        let offset = place - (stroke.from + share * along)
        return (offset * offset).sum().squareRoot()
    }
}

/// A picture of ink in one colour on another; with alpha, ink on nothing.
func picture(
    _ sketch: Sketch, width: Int = 200, height: Int = 220, left: Double = 20, top: Double = 30,
    size: Double = 160,
    format: PNG.Format = .gray, ink: [Double] = [0, 0, 0], paper: [Double] = [255, 255, 255]
) -> PNG {
    let pixels = sketch.ink(width: width, height: height, left: left, top: top, size: size).flatMap { share in
        let colors = (0..<(format.hasColor ? 3 : 1)).map { channel in
            let paper = format.hasAlpha ? ink[channel] : paper[channel]
            return UInt8((paper + share * (ink[channel] - paper)).rounded())
        }
        return colors + (format.hasAlpha ? [UInt8((share * 255).rounded())] : [])
    }
    return PNG(width: width, height: height, format: format, pixels: pixels)
}
