/// A NumPy array file (`.npy` versions 1 to 3) of integers that fit `Element`, whatever their type in the file.
///
///     93 "NUMPY" | version | header length, u16 or u32 | Python dict: descr, fortran_order, shape | values
public struct NPY<Element: FixedWidthInteger & Sendable>: Equatable, Sendable {
    public let shape: [Int]
    /// `shape`'s product of values, in C order, whatever the order in the file.
    public let values: [Element]

    /// Reads the bytes of an `.npy` file; `path` is named in errors.
    ///
    /// - Parameter maximum: the largest value a sensible file holds, from 0 on.
    /// - Throws: `.malformed` that names the first rule of the format the file breaks, floating-point values, and
    ///   integers below 0 or above `maximum`.
    public init(
        parsing bytes: consuming [UInt8], path: String, maximum: Element = .max
    ) throws(FileError) {
        try refuseWebPage(bytes, path: path)
        let (text, dataStart) = try Self.headerText(of: bytes, path: path)
        var parser = NPYHeaderParser(text: text, path: path)
        let header = try parser.header()
        let type = try NPYType(header.description, path: path)
        guard let expected = byteCount(shape: header.shape, itemSize: type.size) else {
            throw .malformed(path, "expected an array that fits in memory, found shape \(header.shape)")
        }
        let found = bytes.count - dataStart
        guard found == expected else {
            let relation = found < expected ? "cut short" : "too long"
            throw .malformed(path, "\(relation): expected \(expected) bytes after the header, found \(found)")
        }
        bytes.removeFirst(dataStart)  // in place: these are megabytes
        let width = MemoryLayout<Element>.stride
        try FileError.requireMemory(
            bytes.count / type.size * width * (header.isFortranOrder ? 2 : 1), path, "for its values")
        var values: [Element]
        if type.isByte, maximum == .max, let same = bytes as? [Element] {
            values = same
        } else {
            values = try type.values(of: bytes, upTo: maximum, path: path)
        }
        if header.isFortranOrder { values = Self.inCOrder(values, shape: header.shape) }
        self.shape = header.shape
        self.values = values
    }

    private static func headerText(
        of bytes: [UInt8], path: String
    ) throws(FileError) -> (text: [UInt8], dataStart: Int) {
        guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 8 else {
            throw .malformed(
                path, "expected a NumPy array (starting 93 NUMPY), found \(bytes.prefix(8).hexadecimal)")
        }
        guard 1...3 ~= bytes[6], bytes[7] == 0 else {
            throw .malformed(path, "expected NumPy format 1.0, 2.0 or 3.0, found \(bytes[6]).\(bytes[7])")
        }
        let isLong = bytes[6] > 1
        let start = isLong ? 12 : 10
        let length =
            isLong
            ? bytes.littleEndian(UInt32.self, at: 8).map(Int.init)
            : bytes.littleEndian(UInt16.self, at: 8).map(Int.init)
        guard let length, length <= 10_000 else {
            throw .malformed(path, "expected a header of at most 10000 bytes, found \(length ?? 0)")
        }
        guard start + length <= bytes.count else {
            throw .malformed(
                path,
                "expected a header of \(length) bytes, found only \(bytes.count - start) bytes after its length"
            )
        }
        return (Array(bytes[start..<start + length]), start + length)
    }

    /// Values of an array whose first index runs fastest, put in the order where the last does.
    private static func inCOrder(_ values: [Element], shape: [Int]) -> [Element] {
        var strides: [Int] = []
        var stride = 1
        for size in shape {
            strides.append(stride)
            stride *= size
        }
        var index = [Int](repeating: 0, count: shape.count)
        var source = 0
        return values.indices.map { _ in
            defer {
                for axis in shape.indices.reversed() {
                    index[axis] += 1
                    source += strides[axis]
                    if index[axis] < shape[axis] { break }
                    source -= strides[axis] * shape[axis]
                    index[axis] = 0
                }
            }
            return values[source]
        }
    }
}

/// An integer type of NumPy, from its `descr`: `|u1`, `<i8`, `>u2`, `int32`.
private struct NPYType {
    let size: Int
    let isSigned: Bool
    private let isBigEndian: Bool

    init(_ description: String, path: String) throws(FileError) {
        let names = [
            "uint8": "u1", "int8": "i1", "uint16": "u2", "int16": "i2", "uint32": "u4", "int32": "i4",
            "uint64": "u8", "int64": "i8", "bool": "b1",
        ]
        let order = description.first.flatMap { "<>|=".contains($0) ? $0 : nil }
        let rest = String(order == nil ? description[...] : description.dropFirst())
        let code = order == nil ? names[rest] ?? rest : rest
        guard ["u1", "i1", "b1", "u2", "i2", "u4", "i4", "u8", "i8"].contains(code) else {
            throw .malformed(
                path, "expected integers (descr '|u1' or another integer type), found '\(description)'",
                advice: "save the array as uint8")
        }
        size = code.last!.wholeNumberValue!
        isSigned = code.hasPrefix("i")
        isBigEndian = order == ">"
    }

    /// Whether the values are unsigned bytes already.
    var isByte: Bool { size == 1 && !isSigned }

    /// Every value, or an error for the first below 0 or above `maximum`.
    func values<Element: FixedWidthInteger>(
        of bytes: [UInt8], upTo maximum: Element, path: String
    ) throws(FileError) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(bytes.count / size)
        for start in stride(from: 0, to: bytes.count, by: size) {
            var bits: UInt64 = 0
            for offset in 0..<size {
                let place = isBigEndian ? size - 1 - offset : offset
                bits |= UInt64(bytes[start + offset]) << UInt64(8 * place)
            }
            // Seen as unsigned, a negative value of the file's type lies in its upper half.
            guard !(isSigned && bits >> UInt64(8 * size - 1) == 1), bits <= UInt64(maximum) else {
                let shift = UInt64(64 - 8 * size)
                let value = isSigned ? "\(Int64(bitPattern: bits << shift) >> shift)" : "\(bits)"
                throw .malformed(
                    path, "expected values 0...\(maximum), found \(value) at index \(start / size)",
                    advice: "save it with integers in that range")
            }
            result.append(Element(bits))
        }
        return result
    }
}
