/// A rank that is one of the threads of one of the processes.
///
/// Thread t of process p is rank p · threads + t. What threads of one process send each other goes through memory, what
/// goes to another process is a message between the processes, tagged by the pair of threads.
public final class HybridCommunicator: Communicator {
    public let rank: Int
    public let size: Int
    private let process: SharedProcess
    private let thread: Int
    private var hub: ThreadHub { process.hub }

    public var description: WorldDescription {
        WorldDescription(
            processes: process.size, threadsPerProcess: process.threads, library: process.library)
    }

    init(_ process: SharedProcess, thread: Int) {
        (self.process, self.thread) = (process, thread)
        rank = process.rank * process.threads + thread
        size = process.size * process.threads
    }

    public func makeExchange(
        sending: UnsafeRawBufferPointer, to destination: Int,
        receiving: UnsafeMutableRawBufferPointer, from source: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange {
        // Each side goes through memory or between processes.
        let (receiver, sender) = (place(of: destination), place(of: source))
        let outgoing = Route(from: thread, to: receiver.thread, tag: tag)
        let incoming = Route(from: sender.thread, to: thread, tag: tag)
        switch (receiver.process == process.rank, sender.process == process.rank) {
        case (true, true):
            return ThreadExchange(
                hub, sending: (sending, outgoing), receiving: (receiving, incoming))
        case (true, false):
            return TwoSides(
                try process.makeReceive(receiving, from: sender.process, on: incoming),
                ThreadExchange(hub, sending: (sending, outgoing)))
        case (false, true):
            return TwoSides(
                try process.makeSend(sending, to: receiver.process, on: outgoing),
                ThreadExchange(hub, receiving: (receiving, incoming)))
        case (false, false):
            return TwoSides(
                try process.makeReceive(receiving, from: sender.process, on: incoming),
                try process.makeSend(sending, to: receiver.process, on: outgoing))
        }
    }

    private func place(of rank: Int) -> (process: Int, thread: Int) {
        rank.quotientAndRemainder(dividingBy: process.threads) as (Int, Int)
    }

    // Collectives: the threads of a process meet, the first of them speaks for all, and they meet again. So no thread
    // computes or exchanges anything while another one waits inside a collective of the processes.

    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws(CommunicatorError) {
        let root = place(of: root)
        try hub.publish(UnsafeRawBufferPointer(bytes), by: thread) { published in
            if root.process == process.rank, root.thread != thread {
                bytes.copyMemory(from: published[root.thread])
            }
        }
        try asFirst { world throws(CommunicatorError) in try world.broadcast(bytes, from: root.process) }
        try copyFromFirst(bytes)
    }

    public func allGather(_ bytes: [UInt8]) throws(CommunicatorError) -> [[UInt8]] {
        let all = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count * size, alignment: 1)
        defer { all.deallocate() }
        let own = try hub.gather(bytes, by: thread)
        try asFirst { world throws(CommunicatorError) in
            all.copyBytes(from: try world.allGather(Array(own.joined())).joined())
        }
        try copyFromFirst(all)
        return (0..<size).map { Array(all[$0 * bytes.count..<($0 + 1) * bytes.count]) }
    }

    public func allReduceSum(_ values: UnsafeMutableBufferPointer<Float>) throws(CommunicatorError) {
        var sum = [Float](repeating: 0, count: values.count)
        try hub.publish(UnsafeRawBufferPointer(values), by: thread) { published in
            guard thread == 0 else { return }
            for bytes in published {
                for (index, value) in bytes.bindMemory(to: Float.self).enumerated() { sum[index] += value }
            }
        }
        try asFirst { world throws(CommunicatorError) in
            _ = values.update(from: sum)
            try world.allReduceSum(values)
        }
        try copyFromFirst(UnsafeMutableRawBufferPointer(values))
    }

    /// Nothing: the process leaves when all its threads have ended.
    public func finish() {}

    public func abort(_ status: Int32) -> Never { process.abort(status) }

    private func asFirst(
        _ body: (any ProcessWorld) throws(CommunicatorError) -> Void
    ) throws(CommunicatorError) {
        if thread == 0 { try process.locked(body) }
    }

    /// Replaces the threads' bytes by the first one's.
    private func copyFromFirst(_ bytes: UnsafeMutableRawBufferPointer) throws(CommunicatorError) {
        try hub.publish(UnsafeRawBufferPointer(bytes), by: thread) { published in
            if thread != 0 { bytes.copyMemory(from: published[0]) }
        }
    }
}

/// An exchange whose two sides take different ways.
private final class TwoSides: RepeatedExchange {
    /// First what asks to be moved on; the wait for a neighbour may sleep.
    private let first, second: any RepeatedExchange

    init(_ first: any RepeatedExchange, _ second: any RepeatedExchange) {
        (self.first, self.second) = (first, second)
    }

    func start() throws(CommunicatorError) {
        try first.start()
        try second.start()
    }

    func test() throws(CommunicatorError) -> Bool {
        let isFirstOver = try first.test()
        return try second.test() && isFirstOver
    }

    func wait() throws(CommunicatorError) {
        try poll { () throws(CommunicatorError) in try test() }
    }
}
