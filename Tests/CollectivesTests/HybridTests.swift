import CommunicatorContract
import Glibc
import Testing

@testable import Collectives

/// Threads of processes that are themselves threads of the test: what mpi-contract checks over MPI.
@Suite(.timeLimit(.minutes(10))) struct HybridTests {
    @Test(arguments: communicatorContract, [[1, 1], [1, 3], [2, 1], [2, 2], [3, 2], [2, 3], [4, 2]])
    func threadsOfProcessesKeepTheContract(clause: Clause, processesAndThreads: [Int]) throws {
        let counts = [Int](repeating: processesAndThreads[1], count: processesAndThreads[0])
        let results = hybrid(counts) { try clause.check($0) }
        for process in results {
            for rank in try process.get() { #expect(throws: Never.self) { try rank.get() } }
        }
    }

    @Test func ranksOfAProcessAreNeighbours() throws {
        let ranks = try hybrid([2, 2, 2]) { [$0.rank, $0.size] }.flatMap { process in
            try process.get().map { try $0.get() }
        }
        #expect(ranks == (0..<6).map { [$0, 6] })
    }

    @Test func processesOfUnequalThreadsAreToldOnEveryOne() {
        let results = hybrid([2, 2, 4]) { $0.rank }
        for process in results {
            let error = #expect(throws: CommunicatorError.self) { _ = try process.get() }
            #expect(
                error?.description
                    == "process 0 has 2 threads and process 2 has 4: all need the same --threads")
        }
    }

    /// Tags of different pairs of threads never meet.
    @Test func aTagBeyondTheLargestIsRefused() throws {
        let results = hybrid([2, 2]) { world in
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
            defer { bytes.deallocate() }
            let peer = (world.rank + 2) % 4
            func tagged(_ tag: Int) throws {
                _ = try world.makeExchange(
                    sending: UnsafeRawBufferPointer(bytes), to: peer, receiving: bytes, from: peer, tag: tag)
            }
            try tagged(24_999)
            #expect(throws: CommunicatorError.self) { try tagged(25_000) }
        }
        for process in results { for rank in try process.get() { try rank.get() } }
    }
}

private typealias OfProcess<Value> = Result<[Result<Value, any Error>], any Error>

/// A world of processes with so many threads each; each process's results.
private func hybrid<Value: Sendable>(
    _ threads: [Int], _ body: @escaping @Sendable (HybridCommunicator) throws -> Value
) -> [OfProcess<Value>] {
    withThreadRanks(threads.count) { try withHybridRanks(of: $0, threads: threads[$0.rank], body) }
}

extension ThreadCommunicator: ProcessWorld {
    public func abort(_ status: Int32) -> Never { exit(status) }

    public var largestTag: Int { 100_000 - 1 }

    public func makeSend(
        _ bytes: UnsafeRawBufferPointer, to destination: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange {
        ThreadExchange(hub, sending: (bytes, Route(from: rank, to: destination, tag: tag)))
    }

    public func makeReceive(
        _ bytes: UnsafeMutableRawBufferPointer, from source: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange {
        ThreadExchange(hub, receiving: (bytes, Route(from: source, to: rank, tag: tag)))
    }
}
