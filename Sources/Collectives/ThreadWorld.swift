import Glibc
import Synchronization

/// Runs `body` as `size` ranks on as many threads of this process and waits for all.
///
/// - Parameter body: what one rank does. Once it has ended, the others' waiting for it throws.
/// - Returns: each rank's result, in rank order.
public func withThreadRanks<Value: Sendable>(
    _ size: Int, _ body: @escaping @Sendable (ThreadCommunicator) throws -> Value
) -> [Result<Value, any Error>] {
    onThreads(of: ThreadHub(size: size)) { try body(ThreadCommunicator(rank: $0, hub: $1)) }
}

/// Runs `body` on the threads that meet in `hub`, and waits for all; each gets its number.
func onThreads<Value: Sendable>(
    of hub: ThreadHub, _ body: @escaping @Sendable (_ number: Int, ThreadHub) throws -> Value
) -> [Result<Value, any Error>] {
    let size = hub.size
    let results = Results<Value>()
    let threads = (0..<size).map { rank in
        startThread {
            let result = Result { try body(rank, hub) }
            hub.end(rank)
            results.byRank.withLock { $0[rank] = result }
        }
    }
    for thread in threads { pthread_join(thread, nil) }
    return results.byRank.withLock { byRank in
        (0..<size).map { rank in
            guard let result = byRank[rank] else {
                preconditionFailure("rank \(rank) ended without a result")
            }
            return result
        }
    }
}

private final class Results<Value: Sendable>: Sendable {
    let byRank = Mutex<[Int: Result<Value, any Error>]>([:])
}

private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// A joinable thread with room on its stack for a deep call.
private func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 8 << 20)
    defer { pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let status = pthread_create(
        &thread, &attributes,
        { context in
            guard let context else { return nil }
            Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
            return nil
        }, Unmanaged.passRetained(Work(body)).toOpaque())
    precondition(status == 0, "cannot start a thread: \(String(cString: strerror(status)))")
    return thread
}
