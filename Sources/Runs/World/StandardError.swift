import Glibc

/// The process's own stderr.
public enum StandardError {
    /// Writes a text with one `write(2)`, so that mpirun does not mix lines of several ranks; errors have no
    /// place to go.
    public static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            rest.removeFirst(written)
        }
    }
}
