import Formats

/// The parts that all pictures of this program share: captions above, the content, and the scale of its greys beside it.
struct Figure {
    private static let margin = 20
    private static let barWidth = 20
    private static let lineHeight = Text.height + 8

    private(set) var canvas: Canvas
    /// Where the content belongs.
    let content: Area

    /// - Parameters:
    ///   - captions: lines above the content, the first in bold.
    ///   - width, height: the content's size.
    ///   - left, bottom: room for the labels of the axes.
    init(captions: [String], width: Int, height: Int, left: Int = 0, bottom: Int = 0, scale: GrayScale) {
        let labels = Self.labels(of: scale)
        let barSpace = 24 + Self.barWidth + 10 + (labels.map { Text.width(of: $0.text) }.max() ?? 0)
        let top = Self.margin + captions.count * Self.lineHeight + 10
        let textWidth = captions.map { Text.width(of: $0) + 1 }.max() ?? 0
        content = Area(x: Self.margin + left, y: top, width: width, height: height)
        canvas = Canvas(
            width: max(content.right + barSpace, Self.margin + textWidth) + Self.margin,
            height: top + max(height, Self.minimumBar) + bottom + Self.margin)
        for (line, caption) in captions.enumerated() {
            canvas.write(
                caption, x: Self.margin, y: Self.margin + line * Self.lineHeight, isBold: line == 0)
        }
        drawBar(scale, labels)
    }

    var png: PNG { canvas.png }

    mutating func draw(_ body: (inout Canvas) -> Void) { body(&canvas) }

    private static let minimumBar = 100

    private mutating func drawBar(_ scale: GrayScale, _ labels: [(share: Float, text: String)]) {
        let bar = Area(
            x: content.right + 24, y: content.y, width: Self.barWidth,
            height: max(Self.minimumBar, min(content.height, 400)))
        for row in 0..<bar.height {
            let share = Float(bar.height - 1 - row) / Float(bar.height - 1)
            canvas.fill(
                Area(x: bar.x, y: bar.y + row, width: bar.width, height: 1),
                GrayScale(black: 0, white: 1).shade(share))
        }
        canvas.frame(bar)
        for (share, text) in labels {
            let y = bar.bottom - 1 - Int(share * Float(bar.height - 1))
            canvas.fill(Area(x: bar.right + 1, y: y, width: 5, height: 1))
            let top = min(max(y - Text.height / 2, bar.y), bar.bottom - Text.height)
            canvas.write(text, x: bar.right + 10, y: top)
        }
    }

    /// The ends and the middle of a scale, as numbers.
    private static func labels(of scale: GrayScale) -> [(share: Float, text: String)] {
        [(1, scale.white), (0.5, (scale.black + scale.white) / 2), (0, scale.black)].map {
            ($0, decimal($1))
        }
    }

    /// Two decimals, fewer where they are zeros: "1", "0.5", "-0.33"; small numbers get three significant digits.
    static func decimal(_ value: Float) -> String {
        if value == 0 { return "0" }
        let decimals = abs(value) >= 0.1 ? 100 : abs(value) >= 0.01 ? 1000 : 10_000
        let scaled = Int((abs(value) * Float(decimals)).rounded())
        var fraction = String(String(decimals + scaled % decimals).dropFirst())
        while fraction.last == "0" { fraction.removeLast() }
        return (value < 0 ? "-" : "") + "\(scaled / decimals)" + (fraction.isEmpty ? "" : "." + fraction)
    }
}
