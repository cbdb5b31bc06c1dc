import Collectives
import Testing

/// Runs `body` on `size` ranks in this process; every rank's failure is an issue.
func onEveryRank(
    _ size: Int, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @escaping @Sendable (any Communicator) throws -> Void
) {
    let results = withThreadRanks(size) { try body($0) }
    for (rank, result) in results.enumerated() {
        if case .failure(let error) = result {
            Issue.record("rank \(rank) of \(size): \(error)", sourceLocation: sourceLocation)
        }
    }
}

/// Passes everything on, and counts the bytes this rank sends.
final class CountingCommunicator: Communicator {
    private let world: any Communicator
    private(set) var bytesSent = 0
    private(set) var messages = 0

    init(_ world: any Communicator) { self.world = world }

    var rank: Int { world.rank }
    var size: Int { world.size }
    var description: WorldDescription { world.description }

    func makeExchange(
        sending: UnsafeRawBufferPointer, to destination: Int,
        receiving: UnsafeMutableRawBufferPointer, from source: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange {
        let exchange = try world.makeExchange(
            sending: sending, to: destination, receiving: receiving, from: source, tag: tag)
        return CountedExchange(exchange) { [self] in
            bytesSent += sending.count
            messages += 1
        }
    }

    func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws(CommunicatorError) {
        try world.broadcast(bytes, from: root)
    }

    func allGather(_ bytes: [UInt8]) throws(CommunicatorError) -> [[UInt8]] { try world.allGather(bytes) }

    func allReduceSum(_ values: UnsafeMutableBufferPointer<Float>) throws(CommunicatorError) {
        try world.allReduceSum(values)
    }

    func finish() { world.finish() }
    func abort(_ status: Int32) -> Never { world.abort(status) }
}

private final class CountedExchange: RepeatedExchange {
    private let exchange: any RepeatedExchange
    private let count: () -> Void

    init(_ exchange: any RepeatedExchange, count: @escaping () -> Void) {
        (self.exchange, self.count) = (exchange, count)
    }

    func start() throws(CommunicatorError) {
        count()
        try exchange.start()
    }

    func test() throws(CommunicatorError) -> Bool { try exchange.test() }
    func wait() throws(CommunicatorError) { try exchange.wait() }
}
