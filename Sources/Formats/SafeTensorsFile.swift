/// A safetensors file that obeys every rule of the format.
public struct SafeTensorsFile: Sendable {
    public struct Entry: Equatable, Sendable {
        public let name: String
        public let dtype: SafeTensors.DType
        public let shape: [Int]
        /// The tensor's bytes, counted from the start of the data section.
        public let range: Range<Int>

        public var count: Int { range.count / dtype.size }
    }

    public let path: String
    public let metadata: [String: String]
    /// The tensors, in the order of their bytes.
    public let entries: [Entry]
    /// The whole file.
    public let bytes: [UInt8]
    /// Where the data section starts in `bytes`.
    public let dataStart: Int
    private let positions: [String: Int]

    public init(path: String) throws(FileError) {
        try self.init(parsing: try Files.read(path), path: path)
    }

    /// Reads the bytes of a safetensors file; `path` is named in errors.
    ///
    /// - Throws: `.malformed` that names the rule the file breaks, and the tensor.
    public init(parsing bytes: [UInt8], path: String) throws(FileError) {
        let reader = SafeTensorsHeader(path: path)
        dataStart = try reader.dataStart(of: bytes)
        let header = try reader.object(bytes[8..<dataStart])
        metadata = try reader.metadata(header)
        entries = try reader.entries(header, dataSize: bytes.count - dataStart)
        positions = Dictionary(
            uniqueKeysWithValues: entries.indices.map { [entries] in (entries[$0].name, $0) })
        self.bytes = bytes
        self.path = path
    }

    public func entry(named name: String) -> Entry? { positions[name].map { entries[$0] } }

    /// SHA-256 of the data section, as 64 hexadecimal digits.
    public var dataSHA256: String {
        bytes.withUnsafeBytes { SHA256.hex(of: UnsafeRawBufferPointer(rebasing: $0[dataStart...])) }
    }

    /// The elements of a floating-point tensor, in C order; F64 is rounded to the nearest `Float`.
    ///
    /// - Throws: `.malformed` if there is no such tensor or its type is none of F32, F64, F16 and BF16.
    public func floats(_ name: String) throws(FileError) -> [Float] {
        let entry = try required(name)
        switch entry.dtype {
        case .float32: return elements(entry) { Float(bitPattern: UInt32(littleEndian: $0)) }
        case .float64: return elements(entry) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
        case .float16: return elements(entry) { Float(halfBits: UInt16(littleEndian: $0)) }
        case .bfloat16: return elements(entry) { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
        default: throw wrongType(entry, expected: "F32, F64, F16 or BF16")
        }
    }

    /// The elements of an integer tensor, in C order.
    ///
    /// - Throws: `.malformed` if there is no such tensor or its type is none of I64, I32, U8 and BOOL.
    public func integers(_ name: String) throws(FileError) -> [Int64] {
        let entry = try required(name)
        switch entry.dtype {
        case .int64: return elements(entry) { Int64(littleEndian: $0) }
        case .int32: return elements(entry) { Int64(Int32(littleEndian: $0)) }
        case .uint8, .bool: return elements(entry) { (byte: UInt8) in Int64(byte) }
        default: throw wrongType(entry, expected: "I64, I32, U8 or BOOL")
        }
    }

    private func required(_ name: String) throws(FileError) -> Entry {
        guard let entry = entry(named: name) else {
            let found =
                entries.prefix(8).map(\.name).joined(separator: ", ") + (entries.count > 8 ? ", …" : "")
            throw .malformed(
                path, "expected a tensor '\(name)', found \(entries.isEmpty ? "no tensor" : found)",
                advice: "was it written for another --model?")
        }
        return entry
    }

    private func wrongType(_ entry: Entry, expected: String) -> FileError {
        .malformed(
            path, "tensor '\(entry.name)': expected \(expected), found \(entry.dtype.rawValue)",
            advice: "convert the tensor")
    }

    private func elements<Raw: FixedWidthInteger, Element>(
        _ entry: Entry, _ convert: (Raw) -> Element
    ) -> [Element] {
        bytes.withUnsafeBytes { bytes in
            let data = UnsafeRawBufferPointer(
                rebasing: bytes[(dataStart + entry.range.lowerBound)...])
            return [Element](unsafeUninitializedCapacity: entry.count) { buffer, count in
                for index in 0..<entry.count {
                    let offset = index * MemoryLayout<Raw>.size
                    let raw = data.loadUnaligned(fromByteOffset: offset, as: Raw.self)
                    buffer.initializeElement(at: index, to: convert(raw))
                }
                count = entry.count
            }
        }
    }
}

extension Float {
    /// Widens IEEE 754 binary16, which Swift lacks as a type on some platforms.
    fileprivate init(halfBits bits: UInt16) {
        let sign = UInt32(bits & 0x8000) << 16
        let rest = UInt32(bits & 0x7FFF) << 13
        if bits & 0x7C00 == 0x7C00 {
            self.init(bitPattern: sign | rest | 0x7F80_0000)  // ∞ and NaN keep their payload
        } else {
            // Moving the exponent by a product also normalises what binary16 holds as subnormal.
            let magnitude = Float(bitPattern: rest) * 0x1p112
            self.init(bitPattern: sign | magnitude.bitPattern)
        }
    }
}
