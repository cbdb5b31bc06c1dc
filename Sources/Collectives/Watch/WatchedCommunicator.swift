/// A rank's world that shows whether the rank waits for others.
public final class WatchedCommunicator: Communicator {
    public let rank, size: Int
    public let heartbeat: Heartbeat
    private let world: any Communicator
    private let watch: Watch

    public var description: WorldDescription { world.description }

    public init(_ world: any Communicator, in watch: Watch) {
        (rank, size) = (world.rank, world.size)
        (self.world, self.watch) = (world, watch)
        heartbeat = watch.heartbeat(ofRank: world.rank)
    }

    public func makeExchange(
        sending: UnsafeRawBufferPointer, to destination: Int,
        receiving: UnsafeMutableRawBufferPointer, from source: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange {
        WatchedExchange(
            try world.makeExchange(
                sending: sending, to: destination, receiving: receiving, from: source, tag: tag), heartbeat)
    }

    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws(CommunicatorError) {
        try heartbeat.waiting { () throws(CommunicatorError) in try world.broadcast(bytes, from: root) }
    }

    public func allGather(_ bytes: [UInt8]) throws(CommunicatorError) -> [[UInt8]] {
        try heartbeat.waiting { () throws(CommunicatorError) in try world.allGather(bytes) }
    }

    public func allReduceSum(_ values: UnsafeMutableBufferPointer<Float>) throws(CommunicatorError) {
        try heartbeat.waiting { () throws(CommunicatorError) in try world.allReduceSum(values) }
    }

    public func finish() { world.finish() }
    public func abort(_ status: Int32) -> Never { world.abort(status) }

    public func watchEachOther() throws(CommunicatorError) { try watch.share(over: self) }
}

/// An exchange that shows when it waits.
private final class WatchedExchange: RepeatedExchange {
    private let exchange: any RepeatedExchange
    private let heartbeat: Heartbeat

    init(_ exchange: any RepeatedExchange, _ heartbeat: Heartbeat) {
        (self.exchange, self.heartbeat) = (exchange, heartbeat)
    }

    func start() throws(CommunicatorError) { try exchange.start() }
    func test() throws(CommunicatorError) -> Bool { try exchange.test() }

    func wait() throws(CommunicatorError) {
        try heartbeat.waiting { () throws(CommunicatorError) in try exchange.wait() }
    }
}
