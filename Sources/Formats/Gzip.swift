/// Reading gzip files (RFC 1952), of one member or several.
public enum Gzip {
    /// Whether the content, whatever the file's name, is gzip.
    public static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// Inflates every member and checks its CRC-32 and size.
    ///
    /// - Parameters:
    ///   - path: named in errors.
    ///   - limit: the most bytes a sensible file inflates to, against files made to fill the memory.
    /// - Throws: `.malformed`, saying whether the file is cut short, damaged, too large or followed by something else.
    public static func inflate(
        _ bytes: [UInt8], path: String, limit: Int = 4 << 30
    ) throws(FileError) -> [UInt8] {
        var reader = GzipReader()
        var output: [UInt8] = []
        // The first buffer usually takes everything; one byte more lets zlib see the end without a second one.
        var size = expectedSize(of: bytes, limit: limit) + 1
        repeat {
            // An array that grows is copied: for a while it is there twice.
            let needed = output.count + size
            try FileError.requireMemory(
                output.isEmpty ? size : output.count + 2 * needed, path, "to inflate it")
            let piece = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                bytes.withUnsafeBytes { reader.fill(UnsafeMutableRawBufferPointer(buffer), &count, from: $0) }
            }
            if output.isEmpty { output = piece } else { output += piece }
            guard output.count <= limit else {
                throw .malformed(
                    path, "inflates to more than \(limit) bytes", advice: "check where it came from")
            }
            size = max(1 << 20, output.count / 2)
        } while reader.status == .outputFull

        switch reader.status {
        case .truncated:
            throw .malformed(
                path, "gzip data is cut short: it ends after \(bytes.count) bytes (\(output.count) inflated)")
        case .corrupt(let words):
            throw .malformed(path, "gzip data is damaged near byte \(reader.position): \(words)")
        default:
            return output
        }
    }

    /// The size the last member gives for itself, as far as a first allocation may believe it.
    private static func expectedSize(of bytes: [UInt8], limit: Int) -> Int {
        let trailer = bytes.littleEndian(UInt32.self, at: bytes.count - 4) ?? 0
        let most = min(limit, 1 << 28, bytes.count.multipliedReportingOverflow(by: deflateRatio).partialValue)
        return min(Int(trailer), most)
    }
}

/// No deflate stream inflates to more than this many times its size.
let deflateRatio = 1032

private struct GzipReader: ~Copyable {
    private(set) var status = Inflater.Status.outputFull
    private(set) var position = 0
    private var inflater = Inflater(.gzip)

    /// Inflates members until the buffer is full or the input ends.
    mutating func fill(
        _ buffer: UnsafeMutableRawBufferPointer, _ count: inout Int, from input: UnsafeRawBufferPointer
    ) {
        repeat {
            status = inflater.run(input, from: &position, into: buffer, count: &count)
        } while status == .finished && startsAnotherMember(input)
    }

    private mutating func startsAnotherMember(_ input: UnsafeRawBufferPointer) -> Bool {
        let rest = input[position...]
        // Tape blocks and some tools pad with zeros.
        if rest.allSatisfy({ $0 == 0 }) { return false }
        guard rest.starts(with: [0x1F, 0x8B]) else {
            status = .corrupt("expected the end or another member, found something else")
            return false
        }
        inflater.restart()
        return true
    }
}
