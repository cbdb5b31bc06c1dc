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

/// Runs `body` on the threads that meet in `hub`, and waits for all; each gets its number. None runs it unless all can.
///
/// - Parameter agree: whether to go, given whether this process's threads could be started.
/// - Returns: each thread's result; of each `ThreadError` if they did not go.
func onThreads<Value: Sendable>(
    of hub: ThreadHub, agree: (_ isReady: Bool) -> Bool = { $0 },
    _ body: @escaping @Sendable (_ number: Int, ThreadHub) throws -> Value
) -> [Result<Value, any Error>] {
    let size = hub.size
    let results = Results<Value>()
    let gate = Gate()
    var threads: [pthread_t] = []
    var failure: ThreadError?
    do throws(ThreadError) {
        for rank in 0..<size {
            let thread = try startThread(rank, of: size) {
                guard gate.wait() else { return }
                let result = Result { try body(rank, hub) }
                hub.end(rank)
                results.byRank.withLock { $0[rank] = result }
            }
            threads.append(thread)
        }
    } catch {
        failure = error
    }
    let goes = agree(failure == nil)
    gate.open(goes)
    for thread in threads { pthread_join(thread, nil) }
    guard goes else {
        let error = failure ?? ThreadError(isOwn: false, "another process could not start its threads")
        return (0..<size).map { _ in .failure(error) }
    }
    return results.byRank.withLock { byRank in
        (0..<size).map { rank in
            guard let result = byRank[rank] else {
                preconditionFailure("rank \(rank) ended without a result")
            }
            return result
        }
    }
}

/// A thread that the system does not let start.
public struct ThreadError: Error, Equatable, CustomStringConvertible {
    /// Whether it is one of this process, which is then the one to tell.
    public let isOwn: Bool
    public let description: String

    init(isOwn: Bool = true, _ description: String) { (self.isOwn, self.description) = (isOwn, description) }
}

/// Where threads wait until it is known whether all of them could be started.
///
/// `@unchecked Sendable`: the state is used in `monitor` only.
private final class Gate: @unchecked Sendable {
    private let monitor = Monitor()
    private var goes: Bool?

    func open(_ goes: Bool) {
        monitor.locked {
            self.goes = goes
            monitor.tellAll()
        }
    }

    func wait() -> Bool {
        monitor.locked {
            while true {
                if let goes { return goes }
                monitor.wait()
            }
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
///
/// - Parameters:
///   - number: among the `count` threads that are wanted, for messages.
private func startThread(
    _ number: Int, of count: Int, _ body: @escaping @Sendable () -> Void
) throws(ThreadError) -> pthread_t {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 8 << 20)
    defer { pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let status = pthread_create(
        &thread, &attributes,
        { context in
            guard let context else { return nil }
            Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
            return nil
        }, work.toOpaque())
    guard status == 0 else {
        work.release()
        throw ThreadError(
            """
            thread \(number + 1) of \(count) cannot be started: \(String(cString: strerror(status)).lowercased()); \
            take fewer --threads, or raise the limit of processes and threads (ulimit -u, pids.max) or of memory \
            (ulimit -v)
            """)
    }
    return thread
}
