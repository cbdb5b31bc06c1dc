import Collectives
import TestSupport

/// One promise of every communicator, as one rank checks it: all ranks of a world check it at the same time.
public struct Clause: Sendable, CustomStringConvertible {
    public let description: String
    /// Throws `BrokenClause` if this rank does not see what was promised.
    public let check: @Sendable (any Communicator) throws -> Void

    init(_ description: String, check: @escaping @Sendable (any Communicator) throws -> Void) {
        self.description = description
        self.check = check
    }
}

/// What a rank saw instead of what was promised.
public struct BrokenClause: Error, CustomStringConvertible {
    public let description: String
}

/// Everything a communicator must do, whatever carries its messages.
public let communicatorContract: [Clause] = [
    Clause("ranks are numbered and counted", check: ranksAreNumbered),
    Clause("exchange around a ring", check: exchangeAroundRing),
    Clause("exchange with every peer", check: exchangeWithEveryPeer),
    Clause("exchange with itself", check: exchangeWithItself),
    Clause("exchange of nothing", check: exchangeNothing),
    Clause("exchange of unequal sizes", check: exchangeUnequalSizes),
    Clause("exchange of a megabyte", check: exchangeMegabyte),
    Clause("an exchange started again and again", check: repeatExchange),
    Clause("exchanges under way at once", check: exchangeSeveralAtOnce),
    Clause("broadcast of raw bytes", check: broadcastRawBytes),
    Clause("broadcast of a value", check: broadcastValue),
    Clause("broadcast of byte arrays of any length", check: broadcastByteArrays),
    Clause("allGather", check: gatherFromAll),
    Clause("barrier", check: passBarriers),
    Clause("allReduceSum", check: allReduceSum),
    Clause("the ordered tree reduction") { try checkTreeReduction($0) },
]

/// Fails unless the two are equal.
func require<Value: Equatable>(_ found: Value, equals expected: Value, _ what: String) throws(BrokenClause) {
    guard found != expected else { return }
    throw BrokenClause(description: "\(what): expected \(brief(expected)), found \(brief(found))")
}

private func brief(_ value: some Any) -> String {
    let text = "\(value)"
    return text.count <= 80 ? text : "\(text.prefix(80))…"
}

/// Bytes that tell where they come from, and for what.
func pattern(_ count: Int, from rank: Int, salt: Int = 0) -> [UInt8] {
    var random = SplitMix(seed: UInt64(rank << 32 | salt))
    let words = (0..<(count + 7) / 8).map { _ in random.next() }
    return words.withUnsafeBytes { Array($0.prefix(count)) }
}
