/// An IDX file of unsigned bytes, the format of MNIST.
///
///     00 00 | type | d | d sizes, u32 big-endian, slowest first | values, in C order
public struct IDX: Equatable, Sendable {
    public let shape: [Int]
    /// `shape`'s product of bytes, in C order.
    public let bytes: [UInt8]

    /// Reads an IDX file, plain or gzip, whatever its name.
    ///
    /// - Throws: `FileError` that names the first rule of the format the file breaks.
    public static func read(_ path: String) throws(FileError) -> IDX {
        var bytes = try Files.read(path)
        if Gzip.isCompressed(bytes) { bytes = try Gzip.inflate(bytes, path: path) }
        return try IDX(parsing: bytes, path: path)
    }

    /// Reads uncompressed IDX bytes; `path` is named in errors.
    public init(parsing bytes: consuming [UInt8], path: String) throws(FileError) {
        shape = try Self.header(of: bytes, path: path)
        let headerSize = 4 + 4 * shape.count
        let expected = byteCount(shape: shape, itemSize: 1)!
        let found = bytes.count - headerSize
        guard found == expected else {
            let relation = found < expected ? "cut short" : "too long"
            throw .malformed(path, "\(relation): expected \(expected) bytes after the header, found \(found)")
        }
        bytes.removeFirst(headerSize)  // in place: these are megabytes
        self.bytes = bytes
    }

    /// More than this is no data set this trainer was made for.
    static let maximumSize = 4 << 30

    private static func header(of bytes: [UInt8], path: String) throws(FileError) -> [Int] {
        try refuseWebPage(bytes, path: path)
        guard bytes.count >= 4 else {
            throw .malformed(path, "expected an IDX header of at least 4 bytes, found \(bytes.count)")
        }
        guard bytes[0] == 0, bytes[1] == 0 else {
            let found = bytes[..<4].hexadecimal
            throw .malformed(path, "expected an IDX file (starting 0000), found bytes \(found)")
        }
        try checkType(bytes[2], path: path)
        let dimensions = Int(bytes[3])
        guard 1...8 ~= dimensions else {
            throw .malformed(path, "expected 1 to 8 dimensions, found \(dimensions)")
        }
        var shape: [Int] = []
        for index in 0..<dimensions {
            guard let size = bytes.bigEndian(UInt32.self, at: 4 + 4 * index) else {
                throw .malformed(
                    path,
                    "expected a header of \(4 + 4 * dimensions) bytes, found \(bytes.count) bytes in all")
            }
            shape.append(Int(size))
        }
        guard !shape.contains(0) else {
            throw .malformed(path, "expected no dimension of size 0, found shape \(shape)")
        }
        guard let total = byteCount(shape: shape, itemSize: 1), total <= maximumSize else {
            throw .malformed(path, "expected at most \(maximumSize) values, found shape \(shape)")
        }
        return shape
    }

    private static func checkType(_ type: UInt8, path: String) throws(FileError) {
        let others: [UInt8: String] = [
            0x09: "signed bytes", 0x0B: "16-bit integers", 0x0C: "32-bit integers", 0x0D: "floats",
            0x0E: "doubles",
        ]
        if type == 0x08 { return }
        guard let name = others[type] else {
            throw .malformed(path, "expected IDX type 08, found the unknown type \([type].hexadecimal)")
        }
        throw .malformed(
            path, "expected unsigned bytes (IDX type 08), found \(name) (type \([type].hexadecimal))",
            advice: "use the MNIST file of unsigned bytes")
    }
}
