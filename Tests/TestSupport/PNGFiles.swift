/// A PNG file of a 4×4 checkerboard, stored without compression tricks, of any colour type and bit depth.
///
/// - Parameters:
///   - color: the colour type of the header: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.
///   - before: chunks before the pixels.
///   - sample: a pixel's bytes (below 8 bits: its value) for 0, the upper left corner's colour, and 1.
public func pngFile(
    depth: Int, color: UInt8, interlaced: Bool = false, before: [(String, [UInt8])] = [],
    sample: (Int) -> [UInt8]
) -> [UInt8] {
    // First column and row, step between columns and rows: Adam7's passes, or the only one.
    let passes =
        interlaced
        ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        : [(0, 0, 1, 1)]
    var rows: [UInt8] = []
    for (left, top, across, down) in passes where left < 4 {
        for y in stride(from: top, to: 4, by: down) {
            let samples = stride(from: left, to: 4, by: across).flatMap { sample((y + $0) % 2) }
            rows.append(0)  // no filter
            rows += depth < 8 ? [samples.reduce(0) { $0 << UInt8(depth) | $1 }] : samples
        }
    }
    return pngHeader(4, 4, depth: UInt8(depth), color: color, interlaced: interlaced)
        + before.flatMap(pngChunk) + pngChunk("IDAT", zlibbed(rows)) + pngChunk("IEND", [])
}

/// The signature and the first chunk.
public func pngHeader(
    _ width: UInt32, _ height: UInt32, depth: UInt8, color: UInt8, interlaced: Bool = false
) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        + pngChunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, color, 0, 0, interlaced ? 1 : 0])
}

public func pngChunk(_ type: String, _ bytes: [UInt8]) -> [UInt8] {
    let content = Array(type.utf8) + bytes
    return bigEndian(UInt32(bytes.count)) + content + littleEndian(checksum(content)).reversed()
}

private func bigEndian(_ value: UInt32) -> [UInt8] { littleEndian(value).reversed() }
