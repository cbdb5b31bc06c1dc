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
    var threads: [SystemThread] = []
    var failure: ThreadError?
    do throws(SystemThread.StartFailure) {
        for rank in 0..<size {
            let thread = try SystemThread("rank \(rank)", stackBytes: 8 << 20) {
                guard gate.wait() else { return }
                let result = Result { try body(rank, hub) }
                hub.end(rank)
                results.byRank.withLock { $0[rank] = result }
            }
            threads.append(thread)
        }
    } catch {
        failure = ThreadError(
            """
            thread \(threads.count + 1) of \(size) cannot be started: \(error.reason); take fewer --threads, or raise the \
            limit of processes and threads (ulimit -u, pids.max) or of memory (ulimit -v)
            """)
    }
    let goes = agree(failure == nil)
    gate.open(goes)
    for thread in threads { thread.join() }
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
