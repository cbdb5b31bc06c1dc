import CMPI
import Glibc

/// The ranks that mpirun or srun started, over Open MPI. The only file that knows MPI.
///
/// FUNNELED: every call comes from the thread that created it. Where threads share it they take turns (SERIALIZED).
public final class MPICommunicator: Communicator {
    public let rank: Int
    public let size: Int
    private let comm: MPI_Comm

    public var description: WorldDescription {
        WorldDescription(processes: size, library: Self.libraryVersion)
    }

    /// Initialises MPI and joins the world.
    ///
    /// - Parameter threads: how many are going to share it, one at a time.
    /// - Throws: `CommunicatorError` if MPI does not start or cannot promise what so many threads need.
    public init(threads: Int = 1) throws(CommunicatorError) {
        // Its collectives wait for other processes' threads, which may need this core.
        if threads > 1 { setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0) }
        let needed = threads > 1 ? lockstep_mpi_thread_serialized() : lockstep_mpi_thread_funneled()
        var provided: Int32 = 0
        try Self.check(MPI_Init_thread(nil, nil, needed, &provided), "MPI_Init")
        guard provided >= needed else {
            throw CommunicatorError(
                threads > 1
                    ? "this MPI lets one thread call it and no other: leave out --threads, and start more ranks"
                    : "this MPI does not allow threads besides the one that calls it")
        }
        comm = lockstep_mpi_comm_world()
        MPI_Comm_set_errhandler(comm, lockstep_mpi_errors_return())
        var (rank, size): (Int32, Int32) = (0, 0)
        try Self.check(MPI_Comm_rank(comm, &rank), "MPI_Comm_rank")
        try Self.check(MPI_Comm_size(comm, &size), "MPI_Comm_size")
        self.rank = Int(rank)
        self.size = Int(size)
    }

    public func finish() {
        MPI_Finalize()
    }

    public func abort(_ status: Int32) -> Never {
        MPI_Abort(comm, status)
        fatalError("MPI_Abort returned")
    }

    public func makeExchange(
        sending: UnsafeRawBufferPointer, to destination: Int,
        receiving: UnsafeMutableRawBufferPointer, from source: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange {
        let exchange = MPIExchange(2, with: "ranks \(destination) and \(source)")
        try prepareSend(sending, to: destination, tag: tag, exchange.requests)
        try prepareReceive(receiving, from: source, tag: tag, exchange.requests + 1)
        return exchange
    }

    private func prepareSend(
        _ bytes: UnsafeRawBufferPointer, to destination: Int, tag: Int,
        _ request: UnsafeMutablePointer<MPI_Request?>
    ) throws(CommunicatorError) {
        try Self.check(
            MPI_Send_init(
                bytes.baseAddress, Int32(bytes.count), lockstep_mpi_byte(), Int32(destination), Int32(tag),
                comm, request),
            "preparing an exchange")
    }

    private func prepareReceive(
        _ bytes: UnsafeMutableRawBufferPointer, from source: Int, tag: Int,
        _ request: UnsafeMutablePointer<MPI_Request?>
    ) throws(CommunicatorError) {
        try Self.check(
            MPI_Recv_init(
                bytes.baseAddress, Int32(bytes.count), lockstep_mpi_byte(), Int32(source), Int32(tag), comm,
                request),
            "preparing an exchange")
    }

    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws(CommunicatorError) {
        try Self.check(
            MPI_Bcast(bytes.baseAddress, Int32(bytes.count), lockstep_mpi_byte(), Int32(root), comm),
            "broadcast from rank \(root)")
    }

    public func allGather(_ bytes: [UInt8]) throws(CommunicatorError) -> [[UInt8]] {
        var gathered = [UInt8](repeating: 0, count: bytes.count * size)
        try Self.check(
            MPI_Allgather(
                bytes, Int32(bytes.count), lockstep_mpi_byte(), &gathered, Int32(bytes.count),
                lockstep_mpi_byte(), comm),
            "all-gather")
        return (0..<size).map { Array(gathered[$0 * bytes.count..<($0 + 1) * bytes.count]) }
    }

    public func allReduceSum(_ values: UnsafeMutableBufferPointer<Float>) throws(CommunicatorError) {
        try Self.check(
            MPI_Allreduce(
                lockstep_mpi_in_place(), values.baseAddress, Int32(values.count), lockstep_mpi_float(),
                lockstep_mpi_sum(), comm),
            "all-reduce")
    }

    /// The MPI library's name and version.
    public static var libraryVersion: String {
        var text = [CChar](repeating: 0, count: Int(lockstep_mpi_version_length()))
        var length: Int32 = 0
        MPI_Get_library_version(&text, &length)
        // Open MPI counts the terminating zero.
        let bytes = text.prefix(Int(length)).prefix { $0 != 0 }
        return String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    fileprivate static func check(_ status: Int32, _ action: @autoclosure () -> String)
        throws(CommunicatorError)
    {
        guard status != 0 else { return }
        var text = [CChar](repeating: 0, count: Int(lockstep_mpi_error_length()))
        var length: Int32 = 0
        MPI_Error_string(status, &text, &length)
        let reason = String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        throw CommunicatorError("MPI: \(action()) failed: \(reason)")
    }
}

extension MPICommunicator: ProcessWorld {
    var largestTag: Int {
        var (value, isSet): (UnsafeMutableRawPointer?, Int32) = (nil, 0)
        MPI_Comm_get_attr(comm, lockstep_mpi_largest_tag(), &value, &isSet)
        guard isSet != 0, let value else { return 32_767 }  // the least that MPI promises
        return Int(value.load(as: Int32.self))
    }

    func makeSend(
        _ bytes: UnsafeRawBufferPointer, to destination: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange {
        let exchange = MPIExchange(1, with: "rank \(destination)")
        try prepareSend(bytes, to: destination, tag: tag, exchange.requests)
        return exchange
    }

    func makeReceive(
        _ bytes: UnsafeMutableRawBufferPointer, from source: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange {
        let exchange = MPIExchange(1, with: "rank \(source)")
        try prepareReceive(bytes, from: source, tag: tag, exchange.requests)
        return exchange
    }
}

/// Persistent requests: MPI sets a message up once, not in every step.
private final class MPIExchange: RepeatedExchange {
    /// One that sends, one that receives, or either.
    let requests: UnsafeMutablePointer<MPI_Request?>
    private let count: Int32
    private let peers: String

    init(_ count: Int, with peers: String) {
        self.count = Int32(count)
        self.peers = peers
        requests = .allocate(capacity: count)
        requests.initialize(repeating: lockstep_mpi_request_null(), count: count)
    }

    deinit {
        var isOver: Int32 = 0
        MPI_Finalized(&isOver)
        for index in 0..<Int(count) where isOver == 0 && requests[index] != lockstep_mpi_request_null() {
            MPI_Request_free(requests + index)
        }
        requests.deallocate()
    }

    func start() throws(CommunicatorError) {
        try MPICommunicator.check(MPI_Startall(count, requests), "exchange with \(peers)")
    }

    func test() throws(CommunicatorError) -> Bool {
        var isDone: Int32 = 0
        try MPICommunicator.check(
            MPI_Testall(count, requests, &isDone, lockstep_mpi_statuses_ignore()), "exchange with \(peers)")
        return isDone != 0
    }

    func wait() throws(CommunicatorError) {
        try MPICommunicator.check(
            MPI_Waitall(count, requests, lockstep_mpi_statuses_ignore()), "exchange with \(peers)")
    }
}
