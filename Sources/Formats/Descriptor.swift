import Glibc

/// An open file, closed when it goes out of scope.
struct Descriptor: ~Copyable {
    let number: Int32
    let path: String

    init?(opening path: String, _ flags: Int32, mode: mode_t = 0o666) {
        let number = open(path, flags | O_CLOEXEC, mode)
        if number < 0 { return nil }
        self.number = number
        self.path = path
    }

    deinit { close(number) }

    func status() throws(FileError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .failed("stat", path) }
        return status
    }

    /// Fills as much of the buffer as the file has bytes for.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = Glibc.read(number, buffer.baseAddress! + filled, min(buffer.count - filled, 1 << 30))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .failed("read", path) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    func writeAll(_ bytes: [UInt8]) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(number, $0.baseAddress! + written, min($0.count - written, 1 << 30))
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .failed("write", path) }
            written += count
        }
    }

    func synchronize() throws(FileError) {
        guard fsync(number) == 0 else { throw .failed("fsync", path) }
    }
}

extension stat {
    var isRegularFile: Bool { st_mode & S_IFMT == S_IFREG }
    var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
}
