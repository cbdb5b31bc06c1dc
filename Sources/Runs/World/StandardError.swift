import Glibc
import Synchronization

/// The process's own stderr: a display, which never holds a run up. What nobody reads is lost.
public enum StandardError {
    private static let turn = Mutex(())
    /// How long a message waits for a reader that is slow, in seconds.
    private static let patience = 1.0

    /// Tells a message, on lines that a person can read; see ``readable(_:)``.
    public static func tell(_ message: String) { write(readable(message) + "\n", patience: patience) }

    /// Writes a text with one `write(2)`, so that mpirun does not mix lines of several ranks; as far as there is room for it
    /// the rest is dropped, and errors have no place to go.
    ///
    /// - Parameter patience: seconds to wait for room.
    public static func write(_ text: String, patience: Double = 0) {
        turn.withLock { _ in
            let target = Target()
            var rest = Array(text.utf8)[...]
            var attempts = Int(patience / Target.secondsOfWait)
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { target.write($0) }
                if written > 0 {
                    rest.removeFirst(written)
                } else if errno == EAGAIN && attempts > 0 {
                    attempts -= 1
                    target.wait()
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}

/// Where stderr leads, as a descriptor whose writes do not wait. It is open for one text alone: what stderr is may change,
/// and its own flags are shared with other programs.
private struct Target: ~Copyable {
    static let secondsOfWait = 0.05
    /// Bytes that go into a pipe at once which is ready for any.
    private static let portion = 4096
    private let descriptor: Int32
    private let isOwn: Bool

    init() {
        var status = stat()
        let kind = fstat(STDERR_FILENO, &status) == 0 ? status.st_mode & S_IFMT : 0
        // A file opened anew would have a position of its own.
        let own =
            kind == S_IFIFO || kind == S_IFCHR
            ? open("/proc/self/fd/\(STDERR_FILENO)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1
        isOwn = own >= 0
        descriptor = isOwn ? own : STDERR_FILENO
    }

    deinit {
        if isOwn { close(descriptor) }
    }

    /// What `write(2)` returns, and EAGAIN where it would wait.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        if isOwn { return Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
        guard isReady(within: 0) else {
            errno = EAGAIN
            return -1
        }
        return Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, Self.portion))
    }

    func wait() { _ = isReady(within: Self.secondsOfWait) }

    private func isReady(within seconds: Double) -> Bool {
        var query = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&query, 1, Int32(seconds * 1000)) > 0
    }
}
