import Glibc

/// Passes on what mpirun and the ranks write to standard error, and reads along.
///
/// Whoever reads our standard error may be slow or gone: what does not fit is dropped, for the job must not wait.
struct ErrorRelay: ~Copyable {
    private static let most = 1 << 20

    private let source: Int32
    /// What mpirun gets as its standard error.
    let sink: Int32
    private var waiting: [UInt8] = []
    private var line: [UInt8] = []
    private(set) var trail = FailureTrail()

    init() {
        (source, sink) = ChildProcess.makePipe()
    }

    deinit {
        close(source)
        close(sink)
    }

    /// Begins a new trail.
    mutating func forget() { trail = FailureTrail() }

    /// Waits so many milliseconds for something to read, then passes on what there is.
    mutating func pump(wait milliseconds: Int32) {
        var events = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
        _ = poll(&events, 1, milliseconds)
        var bytes = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(source, &bytes, bytes.count)
            guard count > 0 else { break }
            take(bytes.prefix(count))
            if waiting.count > Self.most { break }
        }
        write()
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) {
        waiting += bytes
        for byte in bytes {
            if byte != UInt8(ascii: "\n") {
                if line.count < 4096 { line.append(byte) }
                continue
            }
            trail.read(String(decoding: line, as: UTF8.self)[...])
            line.removeAll(keepingCapacity: true)
        }
        if waiting.count > Self.most { waiting.removeFirst(waiting.count - Self.most) }
    }

    private mutating func write() {
        while !waiting.isEmpty {
            // A pipe that is ready takes a page without making us wait.
            var events = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
            guard poll(&events, 1, 0) == 1 else { return }
            let count = waiting.withUnsafeBytes {
                Glibc.write(STDERR_FILENO, $0.baseAddress, min($0.count, 4096))
            }
            if count < 0 && errno == EINTR { continue }
            waiting.removeFirst(count > 0 ? count : waiting.count)
        }
    }

    /// A line of our own.
    mutating func say(_ text: String) {
        waiting += Array("\(text)\n".utf8)
        write()
    }
}
