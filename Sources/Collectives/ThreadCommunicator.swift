import Glibc

/// A rank that is a thread of this process: the ranks share memory and hand each other pointers.
public final class ThreadCommunicator: Communicator {
    public let rank: Int
    public var size: Int { hub.size }
    public var description: WorldDescription { WorldDescription(threadsPerProcess: size) }
    let hub: ThreadHub

    init(rank: Int, hub: ThreadHub) {
        self.rank = rank
        self.hub = hub
    }

    public func makeExchange(
        sending: UnsafeRawBufferPointer, to destination: Int,
        receiving: UnsafeMutableRawBufferPointer, from source: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange {
        ThreadExchange(
            hub, sending: (sending, Route(from: rank, to: destination, tag: tag)),
            receiving: (receiving, Route(from: source, to: rank, tag: tag)))
    }

    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws(CommunicatorError) {
        try hub.publish(UnsafeRawBufferPointer(bytes), by: rank) { published in
            if rank != root { bytes.copyMemory(from: published[root]) }
        }
    }

    public func allGather(_ bytes: [UInt8]) throws(CommunicatorError) -> [[UInt8]] {
        try hub.gather(bytes, by: rank)
    }

    public func allReduceSum(_ values: UnsafeMutableBufferPointer<Float>) throws(CommunicatorError) {
        var sum = [Float](repeating: 0, count: values.count)
        try hub.publish(UnsafeRawBufferPointer(values), by: rank) { published in
            for bytes in published {
                for (index, value) in bytes.bindMemory(to: Float.self).enumerated() { sum[index] += value }
            }
        }
        _ = values.update(from: sum)
    }

    public func finish() {}

    public func abort(_ status: Int32) -> Never { exit(status) }
}

/// Both sides post what they have; who comes second copies.
final class ThreadExchange: RepeatedExchange {
    private let hub: ThreadHub
    private let sending: ThreadHub.Sending?
    private let receiving: ThreadHub.Receiving?
    private var isUnderWay = false

    /// An exchange, or one side of it.
    init(_ hub: ThreadHub, sending: ThreadHub.Sending? = nil, receiving: ThreadHub.Receiving? = nil) {
        (self.hub, self.sending, self.receiving) = (hub, sending, receiving)
    }

    /// Nobody may use the memory once its owner is gone.
    deinit {
        if isUnderWay { hub.withdraw(sending?.route, receiving?.route) }
    }

    func start() {
        isUnderWay = true
        hub.post(sending, receiving)
    }

    func test() throws(CommunicatorError) -> Bool {
        if isUnderWay { isUnderWay = !(try hub.isDone(sending?.route, receiving?.route)) }
        return !isUnderWay
    }

    func wait() throws(CommunicatorError) {
        try hub.awaitDone(sending?.route, receiving?.route)
        isUnderWay = false
    }
}

/// Where a message goes.
struct Route: Hashable {
    let from, to, tag: Int
}

/// Where the threads of one world meet.
///
/// `@unchecked Sendable`: every access to the mutable state is in `monitor`, and a posted pointer is read only
/// while its owner waits.
final class ThreadHub: @unchecked Sendable {
    typealias Sending = (bytes: UnsafeRawBufferPointer, route: Route)
    typealias Receiving = (target: UnsafeMutableRawBufferPointer, route: Route)

    let size: Int
    private let monitor = Monitor()
    private var sent: [Route: UnsafeRawBufferPointer] = [:]
    private var awaited: [Route: UnsafeMutableRawBufferPointer] = [:]
    private var published: [UnsafeRawBufferPointer]
    private var waiting = 0
    private var generation = 0
    private var ended: [Bool]

    init(size: Int) {
        self.size = size
        published = Array(repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: size)
        ended = Array(repeating: false, count: size)
    }

    /// Tells that a rank will not come any more: whoever waits for it, now or later, gets an error.
    func end(_ rank: Int) {
        monitor.locked {
            ended[rank] = true
            monitor.tellAll()
        }
    }

    func post(_ sending: Sending?, _ receiving: Receiving?) {
        monitor.locked {
            if let sending { sent[sending.route] = sending.bytes }
            if let receiving { awaited[receiving.route] = receiving.target }
            if let sending { deliver(sending.route) }
            if let receiving { deliver(receiving.route) }
            monitor.tellAll()
        }
    }

    /// Takes back what was posted, so far as it is still there.
    func withdraw(_ outgoing: Route?, _ incoming: Route?) {
        monitor.locked {
            if let outgoing { sent[outgoing] = nil }
            if let incoming { awaited[incoming] = nil }
        }
    }

    /// Whether what was posted was delivered.
    func isDone(_ outgoing: Route?, _ incoming: Route?) throws(CommunicatorError) -> Bool {
        let (isDone, lost) = monitor.locked {
            (isDelivered(outgoing, incoming), lostPeer(outgoing, incoming))
        }
        if let lost { throw Self.hasEnded(lost) }
        return isDone
    }

    func awaitDone(_ outgoing: Route?, _ incoming: Route?) throws(CommunicatorError) {
        try wait(until: { isDelivered(outgoing, incoming) }, lost: { lostPeer(outgoing, incoming) })
    }

    // Under the lock.

    private func isSent(_ route: Route?) -> Bool { route.map { sent[$0] == nil } ?? true }
    private func hasArrived(_ route: Route?) -> Bool { route.map { awaited[$0] == nil } ?? true }

    private func isDelivered(_ outgoing: Route?, _ incoming: Route?) -> Bool {
        isSent(outgoing) && hasArrived(incoming)
    }

    private func lostPeer(_ outgoing: Route?, _ incoming: Route?) -> Int? {
        if let outgoing, !isSent(outgoing), ended[outgoing.to] { return outgoing.to }
        if let incoming, !hasArrived(incoming), ended[incoming.from] { return incoming.from }
        return nil
    }

    private func deliver(_ route: Route) {
        guard let bytes = sent[route], let target = awaited[route] else { return }
        precondition(
            bytes.count == target.count,
            "rank \(route.to) expects \(target.count) bytes of rank \(route.from), which sends \(bytes.count)"
        )
        target.copyMemory(from: bytes)
        sent[route] = nil
        awaited[route] = nil
    }

    private static func hasEnded(_ rank: Int) -> CommunicatorError {
        CommunicatorError("rank \(rank) of this process has ended")
    }

    /// Shows `bytes` to all ranks, lets `body` read everyone's, and keeps them alive until all have read.
    func publish(
        _ bytes: UnsafeRawBufferPointer, by rank: Int, _ body: ([UnsafeRawBufferPointer]) -> Void
    ) throws(CommunicatorError) {
        monitor.locked { published[rank] = bytes }
        try barrier()
        body(monitor.locked { published })
        try barrier()
    }

    /// Every rank's bytes, in rank order; all must be as many.
    func gather(_ bytes: [UInt8], by rank: Int) throws(CommunicatorError) -> [[UInt8]] {
        let own = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { own.deallocate() }
        own.copyBytes(from: bytes)
        var gathered: [[UInt8]] = []
        try publish(UnsafeRawBufferPointer(own), by: rank) { gathered = $0.map { Array($0) } }
        precondition(
            gathered.allSatisfy { $0.count == bytes.count }, "every rank must gather \(bytes.count) bytes")
        return gathered
    }

    private func barrier() throws(CommunicatorError) {
        let mine = monitor.locked {
            let mine = generation
            waiting += 1
            if waiting == size {
                waiting = 0
                generation += 1
                monitor.tellAll()
            }
            return mine
        }
        try wait(until: { generation != mine }, lost: { ended.firstIndex(of: true) })
    }

    /// - Parameter lost: a rank without which the condition cannot come true.
    private func wait(until condition: () -> Bool, lost: () -> Int?) throws(CommunicatorError) {
        try monitor.locked { () throws(CommunicatorError) in
            while !condition() {
                if let rank = lost() { throw Self.hasEnded(rank) }
                monitor.wait()
            }
        }
    }
}
