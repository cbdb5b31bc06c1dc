import CCPU
import Kernels
import Limits
import Synchronization

/// A run of single-precision values: 64-byte aligned memory of its own, or a window into another storage.
///
/// Never shared between threads that write it: a replica of a model has activations and gradients of its own.
public final class Storage {
    public let pointer: Floats
    public let count: Int
    private let parent: Storage?

    /// Memory for `count` zeros.
    public init(count: Int) {
        requireShape(count >= 0, "a storage cannot hold \(count) values")
        self.count = count
        self.parent = nil
        // Kernels read whole vectors: up to 15 values past the end.
        pointer = Memory.zeros(count, room: 16, of: Float.self, "for \(count) numbers of the network")
        Self.allocated.add(4 * (count + 16), ordering: .relaxed)
    }

    public convenience init(_ values: [Float]) {
        self.init(count: values.count)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.update(from: base, count: source.count) }
        }
    }

    /// The values `range` of `parent`, which stays alive.
    public init(window range: Range<Int>, of parent: Storage) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= parent.count,
            "window \(range) lies outside a storage of \(parent.count)")
        self.count = range.count
        self.parent = parent
        pointer = parent.pointer + range.lowerBound
    }

    private static let allocated = Atomic(0)

    /// Bytes of all storages made so far, freed ones included: a training step must not raise it.
    public static var allocatedBytes: Int { allocated.load(ordering: .relaxed) }

    /// Bytes in use on the heap, of this process and now.
    public static var heapInUse: Int { lockstep_heap_in_use() }

    deinit {
        if parent == nil { Memory.release(pointer) }
    }

    public var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    public var buffer: UnsafeMutableBufferPointer<Float> { .init(start: pointer, count: count) }
}

/// A run of indices that kernels write or read: which input a maximum came from, where a window begins.
public final class Indices {
    public let pointer: UnsafeMutablePointer<Int32>
    public let count: Int

    /// Memory for `count` zeros, and for the rest of the last vector that a kernel writes.
    public init(count: Int) {
        self.count = count
        pointer = Memory.zeros(count + 16, of: Int32.self, "for \(count) indices of the network")
    }

    public convenience init(_ values: [Int32]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { pointer[index] = value }
    }

    deinit { Memory.release(pointer) }
}
