import Formats

/// A picture of one map with numbered axes, such as an image or a hidden state over time.
public struct MapFigure: Sendable {
    public let captions: [String]
    public let map: GrayMap
    public let scale: GrayScale
    /// What the columns and the rows count; they are numbered from 0.
    public let columnTitle: String
    public let rowTitle: String

    public init(captions: [String], map: GrayMap, scale: GrayScale, columnTitle: String, rowTitle: String) {
        self.captions = captions
        self.map = map
        self.scale = scale
        self.columnTitle = columnTitle
        self.rowTitle = rowTitle
    }

    private static let tick = 6

    /// The picture, its map some 560 to 800 pixels wide.
    public var png: PNG {
        let zoom = max(1, min(20, 700 / map.columns))
        let rowLabels = Text.width(of: "\(map.rows - 1)")
        var figure = Figure(
            captions: captions, width: map.columns * zoom, height: map.rows * zoom,
            left: Text.height + 8 + rowLabels + 4 + Self.tick, bottom: Self.tick + 6 + 2 * Text.height + 8,
            scale: scale)
        let area = figure.content
        figure.draw { canvas in
            canvas.draw(map, x: area.x, y: area.y, zoom: zoom, scale)
            canvas.frame(area)
            let columnStep = Self.step(count: map.columns, room: 60 / zoom)
            for column in stride(from: 0, to: map.columns, by: columnStep) {
                let x = area.x + column * zoom + zoom / 2
                canvas.fill(Area(x: x, y: area.bottom + 1, width: 1, height: Self.tick))
                canvas.write("\(column)", x: x + 1, y: area.bottom + Self.tick + 5, .center)
            }
            canvas.write(
                columnTitle, x: area.x + area.width / 2, y: area.bottom + Self.tick + 5 + Text.height + 8,
                .center)
            let rowStep = Self.step(count: map.rows, room: 26 / zoom)
            for row in stride(from: 0, to: map.rows, by: rowStep) {
                let y = area.y + row * zoom + zoom / 2
                canvas.fill(Area(x: area.x - 1 - Self.tick, y: y, width: Self.tick, height: 1))
                canvas.write("\(row)", x: area.x - Self.tick - 4, y: y - Text.height / 2, .right)
            }
            canvas.writeUpwards(
                rowTitle, x: area.x - Self.tick - 4 - rowLabels - 8 - Text.height,
                middle: area.y + area.height / 2)
        }
        return figure.png
    }

    /// A round number of cells between two labels, at least `room`.
    static func step(count: Int, room: Int) -> Int {
        let rounds = [1, 2, 4, 5, 10, 20, 50, 100, 200, 500, 1000]
        return rounds.first { $0 > room } ?? max(1, count)
    }
}
