import Glibc
import Synchronization

/// The one place where memory is taken whose size comes from input, or is asked for before it is taken.
///
/// Linux promises memory that it does not have, and kills whom it cannot serve. So what is large is compared with what can
/// be had before it is taken: what is beyond ends with a sentence.
public enum Memory {
    /// What is smaller is not asked for: it comes out of the reserve.
    private static let smallest = 16 << 20
    /// Stays for all that is small.
    private static let reserve = 48 << 20
    /// Bytes that threads of this process were granted and have not touched yet: the kernel still counts them as free.
    private static let promised = Atomic(0)

    /// Another place than the heap, for tests that watch what happens behind an end.
    public struct Source: Sendable {
        let take: @Sendable (_ bytes: Int, _ room: Int) -> UnsafeMutableRawPointer
        let giveBack: @Sendable (UnsafeMutableRawPointer) -> Bool

        /// - Parameters:
        ///   - take: gives so many bytes of zeros, and a room of so many behind them.
        ///   - giveBack: whether it gave the memory, which it then takes back.
        public init(
            take: @escaping @Sendable (_ bytes: Int, _ room: Int) -> UnsafeMutableRawPointer,
            giveBack: @escaping @Sendable (UnsafeMutableRawPointer) -> Bool
        ) {
            (self.take, self.giveBack) = (take, giveBack)
        }
    }

    /// Where memory comes from in this task; nil for the heap.
    @TaskLocal public static var source: Source?

    /// Makes sure that memory can be had.
    ///
    /// - Parameters:
    ///   - purpose: what for, in words: "for the parameters", "to read it".
    ///   - onHost: what is needed along with it in all processes of this host; by default this alone.
    /// - Throws: `OutOfMemory` if less can be had.
    public static func require(
        _ bytes: Int, onHost: Int? = nil, _ purpose: @autoclosure () -> String,
        available: @autoclosure () -> AvailableMemory = .now()
    ) throws(OutOfMemory) {
        let all = max(bytes, onHost ?? bytes)
        guard all >= smallest else { return }
        let available = available()
        let taken = promised.load(ordering: .relaxed) + reserve
        for (needed, bound) in [(bytes, available.process), (all, available.host)] {
            guard let bound else { continue }
            let left = max(0, bound.bytes - taken)
            if needed > left {
                throw OutOfMemory(needed: needed, purpose(), bound: .init(bytes: left, name: bound.name))
            }
        }
    }

    /// Memory for `count` zeros. What cannot be had ends the process, with 71 and a sentence: nobody who records a graph
    /// could hand on an error.
    ///
    /// Large memory comes in large pages where the kernel has them: kernels stride through it, and would wait for the
    /// addresses of small ones.
    ///
    /// - Parameter room: zeros behind them that may be read, and are never written.
    /// - Returns: to be given back by `release`; aligned to 64 bytes.
    public static func zeros<Element: BitwiseCopyable>(
        _ count: Int, room: Int = 0, of _: Element.Type, _ purpose: @autoclosure () -> String
    ) -> UnsafeMutablePointer<Element> {
        let size = MemoryLayout<Element>.stride
        let bytes = max(Self.count(of: [count, size]) + room * size, 1)
        if let source {
            return source.take(bytes - room * size, room * size).bindMemory(to: Element.self, capacity: count)
        }
        let page = 1 << 21
        let isLarge = bytes > page / 2
        let whole = isLarge ? (bytes + page - 1) / page * page : bytes
        do throws(OutOfMemory) { try require(whole, purpose()) } catch { end(error) }
        promised.add(whole, ordering: .relaxed)
        defer { promised.subtract(whole, ordering: .relaxed) }
        var memory: UnsafeMutableRawPointer?
        guard posix_memalign(&memory, isLarge ? page : 64, whole) == 0, let memory else {
            end(OutOfMemory(needed: whole, purpose(), bound: nil))
        }
        if isLarge { madvise(memory, whole, MADV_HUGEPAGE) }  // a kernel without large pages may refuse
        memset(memory, 0, bytes)
        return memory.bindMemory(to: Element.self, capacity: count)
    }

    /// Gives back what `zeros` gave.
    public static func release(_ memory: UnsafeMutableRawPointer) {
        if source?.giveBack(memory) == true { return }
        free(memory)
    }

    /// The product of sizes; what no memory can hold ends the process like memory that cannot be had.
    public static func count(of sizes: [Int]) -> Int {
        var product = 1
        for size in sizes {
            let (next, overflows) = product.multipliedReportingOverflow(by: size)
            // So that sums of several counts, in bytes, are numbers still.
            guard !overflows, next <= 1 << 48 else {
                end(OutOfMemory(needed: .max, "for an array of shape \(sizes)", bound: nil))
            }
            product = next
        }
        return product
    }

    /// Ends the process, for a library has no memory left.
    ///
    /// - Parameter purpose: "to inflate a file".
    public static func end(_ purpose: String) -> Never {
        end(OutOfMemory(needed: smallest, purpose, bound: nil))
    }

    private static func end(_ error: OutOfMemory) -> Never {
        FatalEnding.end("\(error)", status: OutOfMemory.exitStatus)
    }
}
