import Collectives

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

    /// Does something on rank 0 and gives its bytes to all ranks.
    public func fromRankZero(_ body: () throws -> [UInt8]) throws -> [UInt8] {
        try broadcast(try agree { rank == 0 ? try body() : [] }, from: 0)
    }
}
