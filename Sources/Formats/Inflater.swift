import CZlib
import Limits

/// zlib's inflate, from one input buffer into as many output buffers as its caller brings.
struct Inflater: ~Copyable {
    enum Wrapping: Int32 {
        case gzip = 31
        case raw = -15
    }

    enum Status: Equatable {
        /// The output buffer is full and there may be more.
        case outputFull
        /// The stream (of gzip: this member) ended as it should.
        case finished
        /// The input ended before the stream did.
        case truncated
        /// zlib's words for what is wrong.
        case corrupt(String)
    }

    // On the heap, because zlib keeps the address of its stream.
    private let stream: UnsafeMutablePointer<z_stream>

    init(_ wrapping: Wrapping) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = lockstep_inflate_init(stream, wrapping.rawValue)
        if status != Z_OK { Memory.end("to inflate a file") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Inflates from `input[position...]` into `output[count...]`, and moves both indices on.
    mutating func run(
        _ input: UnsafeRawBufferPointer, from position: inout Int,
        into output: UnsafeMutableRawBufferPointer, count: inout Int
    ) -> Status {
        while true {
            let available = (
                input: min(input.count - position, 1 << 30), output: min(output.count - count, 1 << 30)
            )
            let source = input.bindMemory(to: UInt8.self).baseAddress.map { $0 + position }
            stream.pointee.next_in = UnsafeMutablePointer(mutating: source)
            stream.pointee.avail_in = UInt32(available.input)
            stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress.map { $0 + count }
            stream.pointee.avail_out = UInt32(available.output)
            let status = inflate(stream, Z_NO_FLUSH)
            position += available.input - Int(stream.pointee.avail_in)
            count += available.output - Int(stream.pointee.avail_out)
            switch status {
            case Z_STREAM_END: return .finished
            case Z_OK, Z_BUF_ERROR:
                if count == output.count { return .outputFull }
                if position == input.count { return .truncated }
            case Z_MEM_ERROR: return .corrupt("out of memory")
            default: return .corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)")
            }
        }
    }

    /// Gets ready for the next gzip member.
    mutating func restart() { inflateReset(stream) }
}
