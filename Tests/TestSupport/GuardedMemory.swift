import Glibc
import Limits
import Synchronization

/// Runs `body`, all of whose storages end 16 values before a page that nobody can touch.
///
/// - Parameter body: must let go of all it makes.
/// - Returns: how many storages there were, and how many were written behind their ends.
public func withGuardedMemory(_ body: () throws -> Void) rethrows -> (storages: Int, overwritten: Int) {
    let ledger = Ledger()
    let source = Memory.Source(
        take: { bytes, room in
            let pages = Pages(bytes: bytes + room)
            ledger.taken.withLock { $0[UInt(bitPattern: pages.start)] = (pages, room) }
            return pages.start
        },
        giveBack: { memory in
            guard
                let (pages, size) = ledger.taken.withLock({ $0.removeValue(forKey: UInt(bitPattern: memory)) }
                )
            else {
                return false
            }
            let room = UnsafeRawBufferPointer(start: pages.start + pages.bytes - size, count: size)
            let isOverwritten = room.contains { $0 != 0 }
            ledger.counts.withLock { $0 = ($0.storages + 1, $0.overwritten + (isOverwritten ? 1 : 0)) }
            pages.release()
            return true
        })
    try Memory.$source.withValue(source) { try body() }
    return ledger.counts.withLock { $0 }
}

private final class Ledger: Sendable {
    let taken = Mutex<[UInt: (Pages, room: Int)]>([:])
    let counts = Mutex<(storages: Int, overwritten: Int)>((0, 0))
}
