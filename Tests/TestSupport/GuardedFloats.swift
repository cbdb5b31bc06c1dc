import Glibc

/// Floats behind which stand 16 more, which kernels may read with whole vectors, and then a page that nobody can touch:
/// who reads or writes beyond ends the process.
public final class GuardedFloats {
    /// How many may be read behind the end.
    public static let room = 16

    public let count: Int
    public let pointer: UnsafeMutablePointer<Float>
    private let pages: Pages

    /// Zeros, and `rest` behind them.
    public init(count: Int, rest: Float = .nan) {
        self.count = count
        pages = Pages(bytes: (count + Self.room) * MemoryLayout<Float>.stride)
        pointer = pages.start.bindMemory(to: Float.self, capacity: count + Self.room)
        (pointer + count).initialize(repeating: rest, count: Self.room)
    }

    public convenience init(_ values: [Float]) {
        self.init(count: values.count)
        pointer.update(from: values, count: values.count)
    }

    deinit { pages.release() }

    public var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

/// Memory of zeros whose end is the end of what can be touched.
public struct Pages: Sendable {
    nonisolated(unsafe) public let start: UnsafeMutableRawPointer
    public let bytes: Int
    nonisolated(unsafe) private let base: UnsafeMutableRawPointer
    private let length: Int

    public init(bytes: Int) {
        let page = 4096
        let whole = (bytes + page - 1) / page * page
        self.bytes = bytes
        length = whole + page
        base = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        precondition(base != MAP_FAILED, "no memory for \(bytes) bytes")
        precondition(mprotect(base + whole, page, PROT_NONE) == 0, "no guard page")
        start = base + whole - bytes
    }

    public func release() { munmap(base, length) }
}
