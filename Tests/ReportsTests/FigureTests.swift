import Formats
import Testing

@testable import Reports

@Suite struct FigureTests {
    @Test func shadesAreLinearAndSaturate() {
        let scale = GrayScale(black: -1, white: 3)
        #expect([-9, -1, 1, 3, 9].map(scale.shade) == [0, 0, 128, 255, 255])
    }

    @Test func scalesFitTheirMaps() {
        let maps = [[0, 2], [-3, 1]].map { GrayMap(rows: 1, columns: 2, values: $0) }
        #expect(GrayScale.fromZero(maps) == GrayScale(black: 0, white: 2))
        #expect(
            GrayScale.symmetric(maps) == GrayScale(black: -2, white: 2)
                || GrayScale.symmetric(maps).white == 3)
        let dead = [GrayMap(rows: 1, columns: 1, values: [0])]
        #expect(GrayScale.fromZero(dead) == GrayScale(black: 0, white: 1))
        #expect(GrayScale.symmetric(dead) == GrayScale(black: -1, white: 1))
        // One number in two hundred may be off the scale.
        let wide = [GrayMap(rows: 1, columns: 400, values: [100] + [Float](repeating: -2, count: 399))]
        #expect(GrayScale.symmetric(wide) == GrayScale(black: -2, white: 2))
    }

    @Test(
        arguments: [
            (0, "0"), (1, "1"), (-1, "-1"), (0.5, "0.5"), (2.125, "2.13"), (0.126, "0.13"), (-0.333, "-0.33"),
            (0.0123, "0.012"), (0.00049, "0.0005"), (12, "12"),
        ] as [(Float, String)])
    func numbers(value: Float, text: String) {
        #expect(Figure.decimal(value) == text)
    }

    @Test func twentyMapsFillFourRowsOfFive() {
        #expect([1, 3, 6, 9, 10, 20, 32, 128].map(GridFigure.columns) == [1, 3, 3, 3, 5, 5, 8, 12])
    }

    @Test(arguments: [(1, 28), (6, 28), (20, 24), (20, 12), (32, 5), (128, 28)])
    func gridsHaveTheSizeOfAPage(count: Int, size: Int) {
        let map = GrayMap(rows: size, columns: size, values: [Float](repeating: 1, count: size * size))
        let maps = [GrayMap](repeating: map, count: count)
        let picture = GridFigure(captions: ["a", "b"], maps: maps, scale: .fromZero(maps)).png
        #expect((500...960).contains(picture.width) || count == 1, "\(picture.width)")
    }

    /// Nearest-neighbour: each number is a square of one shade, where the grid says.
    @Test func aMapIsDrawnInSquares() throws {
        let map = GrayMap(rows: 2, columns: 2, values: [0, 0.25, 0.5, 0.75])
        let picture = MapFigure(
            captions: ["title"], map: map, scale: GrayScale(black: 0, white: 1), columnTitle: "x",
            rowTitle: "y"
        ).png
        let counts = [64, 128, 191].map { shade in picture.pixels.count { $0 == UInt8(shade) } }
        // Twenty pixels a side, and at most a row or two of that shade in the scale bar.
        #expect(counts.allSatisfy { $0 >= 400 && $0 < 400 + 3 * 20 }, "\(counts)")
        #expect(picture.format == .gray)
    }

    @Test func labelsHaveRoom() {
        #expect(MapFigure.step(count: 28, room: 3) == 4)
        #expect(MapFigure.step(count: 100, room: 8) == 10)
        #expect(MapFigure.step(count: 28, room: 1) == 2)
        #expect(MapFigure.step(count: 800, room: 60) == 100)
    }

    @Test func aGridNeedsMapsOfOneSize() async {
        await #expect(processExitsWith: .failure) {
            _ = GridFigure(
                captions: [],
                maps: [
                    GrayMap(rows: 1, columns: 1, values: [0]), GrayMap(rows: 1, columns: 2, values: [0, 0]),
                ],
                scale: GrayScale(black: 0, white: 1))
        }
    }
}
