import Formats
import Glibc
import Synchronization

/// The process's own stdout: results, and events. Who reads it may leave; the work goes on, and its end tells.
public final class StandardOutput: Sendable {
    private let failure = Mutex<FileError?>(nil)

    public init() {}

    /// Writes a line at once, for who reads may wait for it; nothing more once one was lost.
    public func write(_ line: String) { write(text: line + "\n") }

    /// Writes a text that has its newlines.
    public func write(text: String) {
        failure.withLock { failure in
            var rest = Array(text.utf8)[...]
            while failure == nil && !rest.isEmpty {
                let written = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
                if written > 0 {
                    rest.removeFirst(written)
                } else if errno == EAGAIN {
                    var query = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                    poll(&query, 1, -1)
                } else if errno != EINTR {
                    failure = FileError(
                        .ioFailure, "stdout",
                        "write failed: \(String(cString: strerror(errno)).lowercased())",
                        advice: "what was to be read there is lost; files that were written are whole")
                }
            }
        }
    }

    /// - Throws: `FileError.ioFailure` if a line was lost.
    public func requireWritten() throws(FileError) {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
