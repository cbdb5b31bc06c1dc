import Testing

@testable import Reports

@Suite struct CanvasTests {
    @Test func fillsWhatLiesOnIt() {
        var canvas = Canvas(width: 4, height: 3)
        canvas.fill(Area(x: 2, y: -5, width: 9, height: 6), 7)
        #expect(canvas.pixels == [255, 255, 7, 7, 255, 255, 255, 255, 255, 255, 255, 255])
        canvas.fill(Area(x: 9, y: 9, width: 2, height: 2))
        canvas.fill(Area(x: -9, y: 0, width: 2, height: 2))
        canvas.fill(Area(x: 0, y: 0, width: -1, height: 2))
        #expect(canvas.pixels.filter { $0 != 255 } == [7, 7])
    }

    @Test func aFrameLiesOutside() {
        var canvas = Canvas(width: 5, height: 5)
        canvas.frame(Area(x: 2, y: 2, width: 1, height: 1))
        #expect(drawing(canvas) == [".....", ".###.", ".#.#.", ".###.", "....."])
    }

    @Test func writesEveryPixelOfTheFontAsASquare() {
        var canvas = Canvas(width: 12, height: 14)
        canvas.write("1", x: 1, y: 0)
        #expect(
            drawing(canvas).enumerated().filter { $0.offset % 2 == 0 }.map(\.element) == [
                ".....##.....", "...####.....", ".....##.....", ".....##.....", ".....##.....",
                ".....##.....",
                "...######...",
            ])
    }

    @Test func alignsAndTurnsText() {
        let width = Text.width(of: "12")
        #expect(width == 22 && Text.width(of: "") == 0)
        var (left, center, right) = (
            Canvas(width: 40, height: 20), Canvas(width: 40, height: 20), Canvas(width: 40, height: 20)
        )
        left.write("12", x: 5, y: 2)
        center.write("12", x: 5 + width / 2, y: 2, .center)
        right.write("12", x: 5 + width, y: 2, .right)
        #expect(left == center && center == right)

        var upwards = Canvas(width: 20, height: 40)
        upwards.writeUpwards("12", x: 2, middle: 20)
        #expect(upwards.pixels.count { $0 == 0 } == left.pixels.count { $0 == 0 })
    }

    private func drawing(_ canvas: Canvas) -> [String] {
        (0..<canvas.height).map { row in
            String((0..<canvas.width).map { canvas.pixels[row * canvas.width + $0] == 0 ? "#" : "." })
        }
    }
}
