/// What the ranks of a world are, and what carries their messages.
public struct WorldDescription: Equatable, Sendable, CustomStringConvertible {
    public let processes: Int
    /// Ranks that are threads of one process.
    public let threadsPerProcess: Int
    /// The library between processes with its version; nil for a process that was started alone.
    public let library: String?

    public init(processes: Int = 1, threadsPerProcess: Int = 1, library: String? = nil) {
        (self.processes, self.threadsPerProcess, self.library) = (processes, threadsPerProcess, library)
    }

    /// "1 process", "3 threads", "4 processes", "4 processes of 2 threads".
    public var description: String {
        let processText = processes == 1 ? "1 process" : "\(processes) processes"
        if threadsPerProcess == 1 { return processText }
        let threads = "\(threadsPerProcess) threads"
        return library == nil ? threads : "\(processText) of \(threads)"
    }
}
