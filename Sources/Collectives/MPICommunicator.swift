import CMPI

/// The ranks that mpirun or srun started, over Open MPI. The only file that knows MPI.
///
/// FUNNELED: every call comes from the thread that created it.
public final class MPICommunicator: Communicator {
    public let rank: Int
    public let size: Int
    private let comm: MPI_Comm

    /// Initialises MPI and joins the world.
    ///
    /// - Throws: `CommunicatorError` if MPI does not start or cannot promise FUNNELED threads.
    public init() throws(CommunicatorError) {
        var provided: Int32 = 0
        try Self.check(MPI_Init_thread(nil, nil, lockstep_mpi_thread_funneled(), &provided), "MPI_Init")
        guard provided >= lockstep_mpi_thread_funneled() else {
            throw CommunicatorError("this MPI does not allow threads besides the one that calls it")
        }
        comm = lockstep_mpi_comm_world()
        MPI_Comm_set_errhandler(comm, lockstep_mpi_errors_return())
        var (rank, size): (Int32, Int32) = (0, 0)
        try Self.check(MPI_Comm_rank(comm, &rank), "MPI_Comm_rank")
        try Self.check(MPI_Comm_size(comm, &size), "MPI_Comm_size")
        self.rank = Int(rank)
        self.size = Int(size)
    }

    /// Leaves the world in agreement: every rank calls it, then exits with the same status.
    public func finalize() {
        MPI_Finalize()
    }

    /// Ends every rank at once with `status`, when agreement is out of reach.
    public func abort(_ status: Int32) -> Never {
        MPI_Abort(comm, status)
        fatalError("MPI_Abort returned")
    }

    public func exchange(
        sending: UnsafeRawBufferPointer, to destination: Int,
        receiving: UnsafeMutableRawBufferPointer, from source: Int
    ) throws(CommunicatorError) {
        try Self.check(
            MPI_Sendrecv(
                sending.baseAddress, Int32(sending.count), lockstep_mpi_byte(), Int32(destination), 0,
                receiving.baseAddress, Int32(receiving.count), lockstep_mpi_byte(), Int32(source), 0, comm,
                lockstep_mpi_status_ignore()),
            "exchange with ranks \(destination) and \(source)")
    }

    public func makeExchange(
        sending: UnsafeRawBufferPointer, to destination: Int,
        receiving: UnsafeMutableRawBufferPointer, from source: Int, tag: Int
    ) throws(CommunicatorError) -> any RepeatedExchange {
        let exchange = MPIExchange(with: "ranks \(destination) and \(source)")
        try Self.check(
            MPI_Send_init(
                sending.baseAddress, Int32(sending.count), lockstep_mpi_byte(), Int32(destination),
                Int32(tag + 1), comm, exchange.requests),
            "preparing an exchange")
        try Self.check(
            MPI_Recv_init(
                receiving.baseAddress, Int32(receiving.count), lockstep_mpi_byte(), Int32(source),
                Int32(tag + 1), comm, exchange.requests + 1),
            "preparing an exchange")
        return exchange
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

/// Persistent requests: MPI sets a message up once, not in every step.
private final class MPIExchange: RepeatedExchange {
    let requests: UnsafeMutablePointer<MPI_Request?>  // one that sends, one that receives
    private let peers: String

    init(with peers: String) {
        self.peers = peers
        requests = .allocate(capacity: 2)
        requests.initialize(repeating: lockstep_mpi_request_null(), count: 2)
    }

    deinit {
        var isOver: Int32 = 0
        MPI_Finalized(&isOver)
        for index in 0..<2 where isOver == 0 && requests[index] != lockstep_mpi_request_null() {
            MPI_Request_free(requests + index)
        }
        requests.deallocate()
    }

    func start() throws(CommunicatorError) {
        try MPICommunicator.check(MPI_Startall(2, requests), "exchange with \(peers)")
    }

    func test() throws(CommunicatorError) -> Bool {
        var isDone: Int32 = 0
        try MPICommunicator.check(
            MPI_Testall(2, requests, &isDone, lockstep_mpi_statuses_ignore()), "exchange with \(peers)")
        return isDone != 0
    }

    func wait() throws(CommunicatorError) {
        try MPICommunicator.check(
            MPI_Waitall(2, requests, lockstep_mpi_statuses_ignore()), "exchange with \(peers)")
    }
}
