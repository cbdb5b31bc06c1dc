/// A matrix of numbers that is shown as shades of grey.
public struct GrayMap: Equatable, Sendable {
    public let rows: Int
    public let columns: Int
    /// `[rows, columns]`.
    public let values: [Float]

    public init(rows: Int, columns: Int, values: some Sequence<Float>) {
        self.rows = rows
        self.columns = columns
        self.values = Array(values)
        precondition(
            rows > 0 && columns > 0 && self.values.count == rows * columns,
            "\(rows)×\(columns) numbers, got \(self.values.count)")
    }
}

/// Which numbers are black and white; shades between are linear, and numbers beyond get the nearer one.
public struct GrayScale: Equatable, Sendable {
    public let black: Float
    public let white: Float

    public init(black: Float, white: Float) {
        self.black = black
        self.white = white
    }

    /// From 0 to the largest number of all maps.
    public static func fromZero(_ maps: [GrayMap]) -> GrayScale {
        let largest = maps.flatMap(\.values).max() ?? 0
        return GrayScale(black: 0, white: largest > 0 ? largest : 1)
    }

    /// As far below 0 as above it, so that 0 is the middle grey; one number in two hundred may lie beyond.
    public static func symmetric(_ maps: [GrayMap]) -> GrayScale {
        let sizes = maps.flatMap(\.values).map(abs).sorted()
        let largest = sizes.isEmpty ? 0 : sizes[(sizes.count - 1) * 199 / 200]
        return GrayScale(black: largest > 0 ? -largest : -1, white: largest > 0 ? largest : 1)
    }

    func shade(_ value: Float) -> UInt8 {
        let share = (value - black) / (white - black)
        return UInt8(max(0, min(255, (share * 255).rounded())))
    }
}

extension Canvas {
    /// Draws a map, each number a square of `zoom` pixels.
    mutating func draw(_ map: GrayMap, x: Int, y: Int, zoom: Int, _ scale: GrayScale) {
        for row in 0..<map.rows {
            for column in 0..<map.columns {
                fill(
                    Area(x: x + column * zoom, y: y + row * zoom, width: zoom, height: zoom),
                    scale.shade(map.values[row * map.columns + column]))
            }
        }
    }
}
