import Formats

extension Ink {
    /// Takes for ink whatever differs from the background, and for background what most of the border shows: dark on
    /// light, light on dark and coloured digits come out the same.
    init(_ picture: PNG) {
        let colors = Colors(picture)
        let border = colors.border
        let background = (0..<3).map { channel in median(border.map { Int(colors[$0, channel]) }) }
        func distance(at pixel: Int) -> Int {
            (0..<3).reduce(0) { max($0, abs(Int(colors[pixel, $1]) - background[$1])) }
        }
        let distances = (0..<picture.width * picture.height).map(distance)
        // Paper is not even: what the border varies by is no ink. Where ink touches the border, it must not count.
        let spread = percentile(75, of: border.map { distances[$0] })
        let noise = min(4 * spread, (distances.max() ?? 0) / 4)
        self.init(
            width: picture.width, height: picture.height, values: distances.map { Float(max(0, $0 - noise)) })
    }
}

/// The opaque colours of a picture: transparent pixels lie on white, or on black where the picture is light.
private struct Colors {
    private let picture: PNG
    private let matte: Int

    init(_ picture: PNG) {
        self.picture = picture
        guard picture.format.hasAlpha else {
            matte = 255
            return
        }
        var (light, weight) = (0, 0)
        for pixel in 0..<picture.width * picture.height {
            let alpha = Self.alpha(of: pixel, in: picture)
            for channel in 0..<3 { light += alpha * Self.sample(pixel, channel, in: picture) }
            weight += 3 * alpha
        }
        matte = 2 * light > 255 * weight ? 0 : 255
    }

    /// Pixels along the edge, each once.
    var border: [Int] {
        let (width, height) = (picture.width, picture.height)
        let rows = Set([0, height - 1]).flatMap { row in (0..<width).map { row * width + $0 } }
        let sides = height > 2 ? (1..<height - 1).flatMap { Set([$0 * width, $0 * width + width - 1]) } : []
        return rows + sides
    }

    subscript(pixel: Int, channel: Int) -> UInt8 {
        let sample = Self.sample(pixel, channel, in: picture)
        guard picture.format.hasAlpha else { return UInt8(sample) }
        let alpha = Self.alpha(of: pixel, in: picture)
        return UInt8((sample * alpha + matte * (255 - alpha) + 127) / 255)
    }

    /// Red, green or blue; a grey picture has one sample for all.
    private static func sample(_ pixel: Int, _ channel: Int, in picture: PNG) -> Int {
        Int(picture.pixels[pixel * picture.format.channels + (picture.format.hasColor ? channel : 0)])
    }

    private static func alpha(of pixel: Int, in picture: PNG) -> Int {
        Int(picture.pixels[(pixel + 1) * picture.format.channels - 1])
    }
}

private func median(_ values: [Int]) -> Int { percentile(50, of: values) }

private func percentile(_ percent: Int, of values: [Int]) -> Int {
    values.sorted()[min(values.count - 1, values.count * percent / 100)]
}
