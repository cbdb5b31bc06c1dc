/// Runs `body` as `threads` ranks in each of the processes that mpirun or srun started, and waits for this process's.
///
/// - Parameters:
///   - processes: made for so many threads; only they use it meanwhile.
///   - body: what one rank does. A rank that throws what others do not know of must end the job: those in other
///     processes are not told.
/// - Returns: each rank's result of this process, in rank order.
/// - Throws: `CommunicatorError` if the processes do not have equally many threads.
public func withHybridRanks<Value: Sendable>(
    _ processes: MPICommunicator, threads: Int,
    _ body: @escaping @Sendable (HybridCommunicator) throws -> Value
) throws(CommunicatorError) -> [Result<Value, any Error>] {
    try withHybridRanks(of: processes, threads: threads, body)
}

/// The same over any processes.
func withHybridRanks<Value: Sendable>(
    of processes: any ProcessWorld, threads: Int,
    _ body: @escaping @Sendable (HybridCommunicator) throws -> Value
) throws(CommunicatorError) -> [Result<Value, any Error>] {
    let counts = try processes.allGather(withUnsafeBytes(of: threads) { Array($0) }).map { bytes in
        bytes.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
    }
    if let other = counts.firstIndex(where: { $0 != counts[0] }) {
        throw CommunicatorError(
            """
            process 0 has \(counts[0]) threads and process \(other) has \(counts[other]): all need the same --threads
            """)
    }
    let process = SharedProcess(processes, threads: threads)
    func agree(_ isReady: Bool) -> Bool { allAre(isReady, in: processes) }
    return onThreads(of: process.hub, agree: agree) { thread, _ in
        try body(HybridCommunicator(process, thread: thread))
    }
}

/// Whether something holds in every process.
private func allAre(_ holds: Bool, in processes: any ProcessWorld) -> Bool {
    (try? processes.allGather([holds ? 1 : 0]))?.allSatisfy { $0 == [1] } ?? false
}
