import Formats

/// A sheet of grey pixels to draw on, white at first; what lies outside it is left out.
struct Canvas: Equatable, Sendable {
    static let black: UInt8 = 0
    static let white: UInt8 = 255

    let width: Int
    let height: Int
    private(set) var pixels: [UInt8]

    init(width: Int, height: Int) {
        precondition(width > 0 && height > 0, "a canvas needs a size, got \(width)×\(height)")
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: Self.white, count: width * height)
    }

    var png: PNG { PNG(width: width, height: height, format: .gray, pixels: pixels) }

    mutating func fill(_ area: Area, _ shade: UInt8 = black) {
        for y in stride(from: max(0, area.y), to: min(height, area.bottom), by: 1) {
            for x in stride(from: max(0, area.x), to: min(width, area.right), by: 1) {
                pixels[y * width + x] = shade
            }
        }
    }

    /// A line of `thickness` around an area, outside it.
    mutating func frame(_ area: Area, thickness: Int = 1) {
        let outer = Area(
            x: area.x - thickness, y: area.y - thickness, width: area.width + 2 * thickness,
            height: area.height + 2 * thickness)
        fill(Area(x: outer.x, y: outer.y, width: outer.width, height: thickness))
        fill(Area(x: outer.x, y: area.bottom, width: outer.width, height: thickness))
        fill(Area(x: outer.x, y: outer.y, width: thickness, height: outer.height))
        fill(Area(x: area.right, y: outer.y, width: thickness, height: outer.height))
    }

    /// Writes a line of text, `Text.height` high without its descenders; `x` is its left end, its middle or its right end.
    mutating func write(
        _ text: String, x: Int, y: Int, _ alignment: Text.Alignment = .left, isBold: Bool = false
    ) {
        var left = x - Text.width(of: text) * alignment.rawValue / 2
        for character in text {
            for (row, bits) in Font.rows(of: character).enumerated() {
                for column in 0..<Font.width where bits & (0x10 >> UInt8(column)) != 0 {
                    fill(
                        Area(
                            x: left + column * Text.scale, y: y + row * Text.scale,
                            width: Text.scale + (isBold ? 1 : 0), height: Text.scale))
                }
            }
            left += Font.advance * Text.scale
        }
    }

    /// Writes a line of text that reads from bottom to top, its middle at `middle`.
    mutating func writeUpwards(_ text: String, x: Int, middle: Int) {
        var line = Canvas(width: max(1, Text.width(of: text)), height: Text.height + Text.descent)
        line.write(text, x: 0, y: 0)
        for row in 0..<line.height {
            for column in 0..<line.width {
                let shade = line.pixels[row * line.width + column]
                fill(Area(x: x + row, y: middle + line.width / 2 - column, width: 1, height: 1), shade)
            }
        }
    }
}

/// A rectangle of pixels.
struct Area: Equatable, Sendable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int

    var right: Int { x + width }
    var bottom: Int { y + height }
}

/// How large text is drawn.
enum Text {
    enum Alignment: Int { case left, center, right }

    /// Pixels of the canvas for each of the font's.
    static let scale = 2
    static let height = Font.height * scale
    /// How far letters such as g reach below the line.
    static let descent = 2 * scale

    static func width(of text: String) -> Int { max(0, text.count * Font.advance - 1) * scale }
}
