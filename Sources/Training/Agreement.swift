import Collectives
import Limits

/// A failure of one rank that every rank knows of and ends with.
public struct AgreedFailure: Error {
    public let status: ExitStatus
    /// The rank that failed first.
    public let rank: Int
    /// What happened, on that rank alone: it is the one to tell.
    public let cause: (any Error)?
}

extension Communicator {
    /// Does something that may fail on one rank alone, and fails on all ranks if it failed on any.
    ///
    /// - Throws: `AgreedFailure` with the status of the first rank that failed.
    public func agree<Value>(_ body: () throws -> Value) throws -> Value {
        let result = Result { try body() }
        var own = ExitStatus.done
        if case .failure(let error) = result { own = ExitStatus(of: error) }
        let statuses = try allGather([UInt8(own.rawValue)])
        guard let failed = statuses.firstIndex(where: { $0 != [0] }) else { return try result.get() }
        var cause: (any Error)?
        if failed == rank, case .failure(let error) = result { cause = error }
        throw AgreedFailure(
            status: ExitStatus(rawValue: Int32(statuses[failed][0])) ?? .internalError, rank: failed,
            cause: cause)
    }

    /// Makes sure, on all ranks alike, that every rank can have the memory it needs, before any takes it.
    ///
    /// - Parameters:
    ///   - bytes: what this rank needs.
    ///   - purpose: in words: "for the parameters".
    /// - Throws: `AgreedFailure` with `OutOfMemory` if a process's or a host's ranks together need more than can be had.
    public func requireMemory(_ bytes: Int, _ purpose: String) throws {
        let hosts = try hostNames()
        let needs = try allGather(withUnsafeBytes(of: bytes) { Array($0) }).map { bytes in
            bytes.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
        }
        let threads = description.threadsPerProcess
        let process = rank / threads * threads..<min((rank / threads + 1) * threads, size)
        let neighbours = needs.indices.filter { hosts[$0] == hosts[rank] }
        try agree {
            try Memory.require(
                needs[process].reduce(0, +), onHost: neighbours.reduce(0) { $0 + needs[$1] },
                neighbours.count > 1 ? "\(purpose) of \(neighbours.count) ranks" : purpose)
        }
    }

    /// Does something on rank 0 and gives its bytes to all ranks.
    public func fromRankZero(_ body: () throws -> [UInt8]) throws -> [UInt8] {
        try broadcast(try agree { rank == 0 ? try body() : [] }, from: 0)
    }
}
