extension NPY where Element == Int {
    /// The bytes of an `.npy` file (version 1) of 64-bit integers in C order, as NumPy writes them.
    public static func encode(_ values: [Int], shape: [Int]) -> [UInt8] {
        precondition(shape.reduce(1, *) == values.count, "\(values.count) values of shape \(shape)")
        let sizes = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
        let header = "{'descr': '<i8', 'fortran_order': False, 'shape': (\(sizes)), }"
        // Magic, version and length are 10 bytes; the values start at a multiple of 64.
        let length = (10 + header.utf8.count + 1 + 63) / 64 * 64 - 10
        let padding = String(repeating: " ", count: length - header.utf8.count - 1)
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
        bytes += Array("\(header)\(padding)\n".utf8)
        bytes.reserveCapacity(bytes.count + 8 * values.count)
        for value in values { withUnsafeBytes(of: Int64(value).littleEndian) { bytes += $0 } }
        return bytes
    }
}
