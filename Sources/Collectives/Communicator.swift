/// The ranks of one job, seen from one of them.
///
/// Every rank calls the same collectives in the same order. A world of one is a full citizen.
public protocol Communicator: AnyObject {
    /// This process's number, 0 ..< size.
    var rank: Int { get }
    /// The number of ranks.
    var size: Int { get }

    /// What the ranks are, for people to read.
    var description: WorldDescription { get }

    /// Prepares to send bytes to one rank and receive bytes from another (or the same one), between fixed memory: to be
    /// started again and again, without waiting for it.
    ///
    /// - Parameter tag: not negative; tells messages between the same two ranks apart that are under way at once.
    func makeExchange(
        sending: UnsafeRawBufferPointer, to destination: Int,
        receiving: UnsafeMutableRawBufferPointer, from source: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange

    /// Replaces every rank's bytes by the root's.
    func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws(CommunicatorError)

    /// Every rank's bytes, in rank order; all must be as many.
    func allGather(_ bytes: [UInt8]) throws(CommunicatorError) -> [[UInt8]]

    /// Replaces every rank's floats by their sum over the ranks, in whatever order the transport adds fastest:
    /// its bits depend on the number of ranks. The ordered sum is `TreeReduction`.
    func allReduceSum(_ values: UnsafeMutableBufferPointer<Float>) throws(CommunicatorError)

    /// Leaves the world in agreement: every rank calls it, last of all, and then ends with the same status.
    func finish()

    /// Ends every rank at once with `status`, where agreement is out of reach.
    func abort(_ status: Int32) -> Never

    /// Where this rank shows that it moves.
    var heartbeat: Heartbeat { get }

    /// Lets the watches of the processes of a host see each other's ranks: every rank calls it, before the ranks do
    /// anything that may take long.
    func watchEachOther() throws(CommunicatorError)
}

extension Communicator {
    public var heartbeat: Heartbeat { .unwatched }
    public func watchEachOther() throws(CommunicatorError) {}
}

/// Bytes that go out and come in while the rank computes; see `Communicator.makeExchange`.
public protocol RepeatedExchange: AnyObject {
    /// Until it is over, what is sent must not change and what is received must not be used.
    func start() throws(CommunicatorError)

    /// Moves the messages on, and tells whether the exchange is over.
    func test() throws(CommunicatorError) -> Bool

    /// Waits until it is over.
    func wait() throws(CommunicatorError)
}

/// A message could not be delivered.
public struct CommunicatorError: Error, CustomStringConvertible, Equatable {
    public let description: String

    public init(_ description: String) { self.description = description }
}

extension Communicator {
    /// Waits until every rank has come here.
    public func barrier() throws(CommunicatorError) {
        _ = try allGather([0])
    }

    /// The root's value, on every rank.
    public func broadcast<Value: BitwiseCopyable>(
        _ value: Value, from root: Int
    ) throws(CommunicatorError) -> Value {
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: MemoryLayout<Value>.size, alignment: MemoryLayout<Value>.alignment)
        defer { bytes.deallocate() }
        bytes.storeBytes(of: value, as: Value.self)
        try broadcast(bytes, from: root)
        return bytes.load(as: Value.self)
    }

    /// The root's bytes, on every rank, however many they are.
    public func broadcast(_ bytes: [UInt8], from root: Int) throws(CommunicatorError) -> [UInt8] {
        let count = try broadcast(bytes.count, from: root)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        if rank == root { buffer.copyBytes(from: bytes) }
        try broadcast(buffer, from: root)
        return Array(buffer)
    }
}
