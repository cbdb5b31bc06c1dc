extension [UInt8] {
    /// The integer whose first byte stands at the offset, least significant byte first; nil if it is not all there.
    func littleEndian<Integer: FixedWidthInteger>(_: Integer.Type, at offset: Int) -> Integer? {
        let size = MemoryLayout<Integer>.size
        guard offset >= 0, offset <= count - size else { return nil }
        return withUnsafeBytes {
            Integer(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Integer.self))
        }
    }

    /// The integer whose first byte stands at the offset, most significant byte first; nil if it is not all there.
    func bigEndian<Integer: FixedWidthInteger>(_ type: Integer.Type, at offset: Int) -> Integer? {
        littleEndian(type, at: offset)?.byteSwapped
    }
}

/// The product of the sizes and the size of one element, or nil if it overflows.
func byteCount(shape: [Int], itemSize: Int) -> Int? {
    var product = itemSize
    for size in shape {
        let (next, overflows) = product.multipliedReportingOverflow(by: size)
        if overflows { return nil }
        product = next
    }
    return product
}

/// Throws if the bytes are what a failed download leaves behind.
func refuseWebPage(_ bytes: [UInt8], path: String) throws(FileError) {
    let start = bytes.prefix(64).drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    if start.first == UInt8(ascii: "<") {
        throw .malformed(path, "the download returned a web page", advice: "download the file again")
    }
    if bytes.starts(with: "version https://git-lfs".utf8) {
        throw .malformed(path, "this is a git-lfs pointer, not the data", advice: "run git lfs pull")
    }
}
