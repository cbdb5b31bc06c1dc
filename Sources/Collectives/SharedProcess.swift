import Glibc

/// The ranks that are processes, as threads that share one of them need it: with messages of one side each.
protocol ProcessWorld: Communicator {
    /// The largest tag of a message.
    var largestTag: Int { get }

    /// Prepares a message to another process, to be sent again and again.
    func makeSend(
        _ bytes: UnsafeRawBufferPointer, to destination: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange

    /// Prepares the other side of such a message.
    func makeReceive(
        _ bytes: UnsafeMutableRawBufferPointer, from source: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange
}

/// One process of a world of processes, shared by its threads, which take turns to speak.
///
/// `@unchecked Sendable`: `world` and everything it makes is used in `monitor` only.
final class SharedProcess: @unchecked Sendable {
    let rank, size: Int
    let library: String?
    let hub: ThreadHub
    private let world: any ProcessWorld
    private let monitor = Monitor()

    var threads: Int { hub.size }

    init(_ world: any ProcessWorld, threads: Int) {
        (rank, size, library) = (world.rank, world.size, world.description.library)
        self.world = world
        hub = ThreadHub(size: threads)
    }

    /// Lets nobody else of this process use the world meanwhile.
    func locked<Value>(
        _ body: (any ProcessWorld) throws(CommunicatorError) -> Value
    ) throws(CommunicatorError) -> Value {
        try monitor.locked { () throws(CommunicatorError) in try body(world) }
    }

    /// Ends every process at once, whoever has the world: nobody will wait for it any more.
    func abort(_ status: Int32) -> Never { world.abort(status) }

    func makeSend(
        _ bytes: UnsafeRawBufferPointer, to destination: Int, on route: Route
    ) throws(CommunicatorError) -> any RepeatedExchange {
        let tag = try tag(of: route)
        return try LockedExchange(self) { world throws(CommunicatorError) in
            try world.makeSend(bytes, to: destination, tag: tag)
        }
    }

    func makeReceive(
        _ bytes: UnsafeMutableRawBufferPointer, from source: Int, on route: Route
    ) throws(CommunicatorError) -> any RepeatedExchange {
        let tag = try tag(of: route)
        return try LockedExchange(self) { world throws(CommunicatorError) in
            try world.makeReceive(bytes, from: source, tag: tag)
        }
    }

    /// One tag for each pair of threads and tag of theirs: two processes know each other's threads by it.
    private func tag(of route: Route) throws(CommunicatorError) -> Int {
        let largest = try locked { $0.largestTag }
        let tag = (route.tag * threads + route.from) * threads + route.to
        guard tag <= largest else {
            throw CommunicatorError(
                """
                \(threads) threads a process need message tag \(tag), and the largest here is \(largest): take fewer \
                threads and more ranks, or a larger --bucket-size
                """)
        }
        return tag
    }
}

/// A message between processes of which no call waits for another process: others of this process have their turn.
private final class LockedExchange: RepeatedExchange {
    private let process: SharedProcess
    /// Nil only while this object goes.
    private var exchange: (any RepeatedExchange)?

    init(
        _ process: SharedProcess,
        _ make: (any ProcessWorld) throws(CommunicatorError) -> any RepeatedExchange
    ) throws(CommunicatorError) {
        self.process = process
        exchange = try process.locked(make)
    }

    deinit {
        // To free a message is a call, too. It cannot throw.
        try? process.locked { _ in exchange = nil }
    }

    func start() throws(CommunicatorError) {
        try process.locked { _ throws(CommunicatorError) in try exchange?.start() }
    }

    func test() throws(CommunicatorError) -> Bool {
        try process.locked { _ throws(CommunicatorError) in try exchange?.test() ?? true }
    }

    func wait() throws(CommunicatorError) {
        try poll { () throws(CommunicatorError) in try test() }
    }
}

/// Tries until it is done. Meanwhile the core is for whoever computes: where threads outnumber cores, the one that is
/// waited for may need it.
func poll(_ isDone: () throws(CommunicatorError) -> Bool) throws(CommunicatorError) {
    var tries = 0
    while !(try isDone()) {
        tries += 1
        if tries < 1000 { sched_yield() } else { usleep(50) }
    }
}
