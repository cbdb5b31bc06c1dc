import Glibc

/// A rank that is a thread of this process: the ranks share memory and hand each other pointers.
public final class ThreadCommunicator: Communicator {
    public let rank: Int
    public var size: Int { hub.size }
    private let hub: ThreadHub

    init(rank: Int, hub: ThreadHub) {
        self.rank = rank
        self.hub = hub
    }

    public func exchange(
        sending: UnsafeRawBufferPointer, to destination: Int,
        receiving: UnsafeMutableRawBufferPointer, from source: Int
    ) throws(CommunicatorError) {
        hub.post(sending, from: rank, to: destination)
        defer { hub.withdraw(from: rank, to: destination) }
        try hub.take(into: receiving, from: source, to: rank)
        try hub.awaitTaken(from: rank, to: destination)
    }

    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws(CommunicatorError) {
        try hub.publish(UnsafeRawBufferPointer(bytes), by: rank) { published in
            if rank != root { bytes.copyMemory(from: published[root]) }
        }
    }

    public func allGather(_ bytes: [UInt8]) throws(CommunicatorError) -> [[UInt8]] {
        let own = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { own.deallocate() }
        own.copyBytes(from: bytes)
        var gathered: [[UInt8]] = []
        try hub.publish(UnsafeRawBufferPointer(own), by: rank) { gathered = $0.map { Array($0) } }
        precondition(
            gathered.allSatisfy { $0.count == bytes.count }, "every rank must gather \(bytes.count) bytes")
        return gathered
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
}

/// Where the threads of one world meet.
///
/// `@unchecked Sendable`: every access to the mutable state is under `mutex`, and a posted pointer is read only
/// while its owner waits.
final class ThreadHub: @unchecked Sendable {
    let size: Int
    private var mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var mailboxes: [UnsafeRawBufferPointer?]  // [from · size + to]
    private var published: [UnsafeRawBufferPointer]
    private var waiting = 0
    private var generation = 0
    private var ended: [Bool]

    init(size: Int) {
        self.size = size
        mailboxes = Array(repeating: nil, count: size * size)
        published = Array(repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: size)
        ended = Array(repeating: false, count: size)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Tells that a rank will not come any more: whoever waits for it, now or later, gets an error.
    func end(_ rank: Int) {
        locked {
            ended[rank] = true
            pthread_cond_broadcast(changed)
        }
    }

    func post(_ bytes: UnsafeRawBufferPointer, from: Int, to: Int) {
        locked {
            mailboxes[from * size + to] = bytes
            pthread_cond_broadcast(changed)
        }
    }

    /// Takes back what was posted, if it is still there.
    func withdraw(from: Int, to: Int) {
        locked { mailboxes[from * size + to] = nil }
    }

    func take(into target: UnsafeMutableRawBufferPointer, from: Int, to: Int) throws(CommunicatorError) {
        func receive() {
            guard let bytes = mailboxes[from * size + to] else { return }
            precondition(
                bytes.count == target.count,
                "rank \(to) expects \(target.count) bytes of rank \(from), which sends \(bytes.count)")
            target.copyMemory(from: bytes)
            mailboxes[from * size + to] = nil
            pthread_cond_broadcast(changed)
        }
        try wait(for: from, until: { mailboxes[from * size + to] != nil }, then: receive)
    }

    func awaitTaken(from: Int, to: Int) throws(CommunicatorError) {
        try wait(for: to, until: { mailboxes[from * size + to] == nil })
    }

    /// Shows `bytes` to all ranks, lets `body` read everyone's, and keeps them alive until all have read.
    func publish(
        _ bytes: UnsafeRawBufferPointer, by rank: Int, _ body: ([UnsafeRawBufferPointer]) -> Void
    ) throws(CommunicatorError) {
        locked { published[rank] = bytes }
        try barrier()
        body(locked { published })
        try barrier()
    }

    private func barrier() throws(CommunicatorError) {
        let mine = locked {
            let mine = generation
            waiting += 1
            if waiting == size {
                waiting = 0
                generation += 1
                pthread_cond_broadcast(changed)
            }
            return mine
        }
        try wait(for: nil, until: { generation != mine })
    }

    /// Waits for what `rank` does (nil: for all ranks), then does `body`, still under the lock.
    private func wait(
        for rank: Int?, until condition: () -> Bool, then body: () -> Void = {}
    ) throws(CommunicatorError) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !condition() {
            if let rank = rank ?? ended.firstIndex(of: true), ended[rank] {
                throw CommunicatorError("rank \(rank) of this process has ended")
            }
            pthread_cond_wait(changed, mutex)
        }
        body()
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
