import Formats

/// A picture of several maps of one size in a grid, numbered from 0, all on one scale of greys.
public struct GridFigure: Sendable {
    public let captions: [String]
    public let maps: [GrayMap]
    public let columns: Int
    public let scale: GrayScale

    public init(captions: [String], maps: [GrayMap], scale: GrayScale) {
        precondition(
            !maps.isEmpty
                && maps.allSatisfy { $0.rows == maps[0].rows && $0.columns == maps[0].columns },
            "a grid needs maps of one size")
        self.captions = captions
        self.maps = maps
        columns = Self.columns(for: maps.count)
        self.scale = scale
    }

    private static let gap = 10

    /// How many maps stand beside each other: twenty fill four rows of five.
    static func columns(for count: Int) -> Int {
        switch count {
        case ...3: count
        case ...9: 3
        case ...20: 5
        case ...40: 8
        default: 12
        }
    }

    /// The picture, its grid at most 800 pixels wide where the maps are not larger.
    public var png: PNG {
        let (across, down) = (columns, (maps.count + columns - 1) / columns)
        let zoom = max(1, min(24, (800 / across - Self.gap) / maps[0].columns))
        let label = Text.height + 4
        // Above each map stands its number.
        let cell = (
            width: maps[0].columns * zoom + Self.gap, height: maps[0].rows * zoom + Self.gap + label
        )
        var figure = Figure(
            captions: captions, width: across * cell.width - Self.gap, height: down * cell.height - Self.gap,
            scale: scale)
        let area = figure.content
        figure.draw { canvas in
            for (index, map) in maps.enumerated() {
                let x = area.x + index % across * cell.width
                let y = area.y + index / across * cell.height
                canvas.write("\(index)", x: x, y: y)
                canvas.draw(map, x: x, y: y + label, zoom: zoom, scale)
                canvas.frame(
                    Area(x: x, y: y + label, width: map.columns * zoom, height: map.rows * zoom))
            }
        }
        return figure.png
    }
}
