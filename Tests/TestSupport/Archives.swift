import CZlib

/// Deflate data between zlib's own header and checksum.
public func zlibbed(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(UInt(bytes.count))
    return [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
        precondition(compress(buffer.baseAddress, &size, bytes, UInt(bytes.count)) == Z_OK)
        count = Int(size)
    }
}

/// Raw deflate data.
public func deflated(_ bytes: [UInt8]) -> [UInt8] { Array(zlibbed(bytes).dropFirst(2).dropLast(4)) }

/// One gzip member, with a file name in its header.
public func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    [0x1F, 0x8B, 8, 8, 0, 0, 0, 0, 0, 3] + Array("name\0".utf8) + deflated(bytes)
        + littleEndian(checksum(bytes)) + littleEndian(UInt32(bytes.count))
}

/// An IDX file.
public func idx(_ shape: [Int], _ bytes: [UInt8], type: UInt8 = 8) -> [UInt8] {
    [0, 0, type, UInt8(shape.count)] + shape.flatMap { littleEndian(UInt32($0)).reversed() } + bytes
}

/// A version 1 `.npy` file with the header text given.
public func npy(header: String, _ bytes: [UInt8]) -> [UInt8] {
    [0x93] + Array("NUMPY".utf8) + [1, 0] + littleEndian(UInt16(header.utf8.count)) + Array(header.utf8)
        + bytes
}

/// A version 1 `.npy` file of unsigned bytes in C order.
public func npy(_ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
    let sizes = shape.map { "\($0)," }.joined()
    return npy(header: "{'descr': '|u1', 'fortran_order': False, 'shape': (\(sizes)), }\n", bytes)
}

/// A zip archive.
public struct ZipWriter {
    private var local: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0
    private let isWide: Bool

    /// - Parameter isWide: whether sizes and offsets stand in zip64 fields, however small they are.
    public init(isWide: Bool = false) { self.isWide = isWide }

    public mutating func add(
        _ name: String, _ bytes: [UInt8], method: UInt16 = 0, flags: UInt16 = 0, declaredSize: Int? = nil
    ) {
        let payload = method == 8 ? deflated(bytes) : bytes
        let sizes = (payload: payload.count, content: declaredSize ?? bytes.count)
        let wide = [sizes.content, sizes.payload, local.count].flatMap { littleEndian(UInt64($0)) }
        let extra = isWide ? littleEndian(UInt16(1)) + littleEndian(UInt16(24)) + wide : []
        let offset = littleEndian(isWide ? UInt32.max : UInt32(local.count))
        let common =
            littleEndian(UInt16(20)) + littleEndian(flags) + littleEndian(method) + [0, 0, 0x21, 0]
            + littleEndian(checksum(bytes)) + littleEndian(isWide ? UInt32.max : UInt32(sizes.payload))
            + littleEndian(isWide ? UInt32.max : UInt32(sizes.content))
            + littleEndian(UInt16(name.utf8.count))
        local += [0x50, 0x4B, 3, 4] + common + [0, 0] + Array(name.utf8) + payload
        directory += [0x50, 0x4B, 1, 2, 20, 0] + common + littleEndian(UInt16(extra.count))
        directory += [UInt8](repeating: 0, count: 10) + offset + Array(name.utf8) + extra
        count += 1
    }

    public func bytes(comment: String = "") -> [UInt8] {
        let fields = [directory.count, local.count]
        let end: [UInt8] =
            [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + littleEndian(UInt16(count)) + littleEndian(UInt16(count))
            + fields.flatMap { littleEndian(isWide ? UInt32.max : UInt32($0)) }
        return local + directory + (isWide ? wideEnd : []) + end
            + littleEndian(UInt16(comment.utf8.count)) + Array(comment.utf8)
    }

    /// The zip64 end record and its locator.
    private var wideEnd: [UInt8] {
        let fields = [count, count, directory.count, local.count]
        return [0x50, 0x4B, 6, 6, 44, 0, 0, 0, 0, 0, 0, 0, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            + fields.flatMap { littleEndian(UInt64($0)) }
            + [0x50, 0x4B, 6, 7, 0, 0, 0, 0] + littleEndian(UInt64(local.count + directory.count))
            + [1, 0, 0, 0]
    }
}

public func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

func checksum(_ bytes: [UInt8]) -> UInt32 { UInt32(crc32(0, bytes, UInt32(bytes.count))) }
