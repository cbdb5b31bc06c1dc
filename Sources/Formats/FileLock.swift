import Glibc

/// An advisory lock on a whole file, held until this object goes or the process ends, however it ends.
///
/// It belongs to the open file (`F_OFD_SETLK`). The older kind, which belongs to the process (`F_SETLK`), is lost as soon
/// as any descriptor of the file is closed anywhere in the process, as by a glance at what it holds, and does not
/// keep two runs of one process apart. The server of an NFS keeps both, so that they hold between hosts, and lets go of
/// them when a host is gone.
public final class FileLock: Sendable {
    /// Linux's `F_OFD_GETLK` and `F_OFD_SETLK`, which glibc shows to C alone.
    private static let (ask, take): (Int32, Int32) = (36, 37)

    private let file: Descriptor
    /// Whether it keeps others away: not so on a file system without locks.
    public let isKept: Bool

    /// Takes the lock, and creates the file if it is not there.
    ///
    /// - Returns: nil if another holds it.
    /// - Throws: `.cannotCreate` if there can be no such file.
    public init?(path: String) throws(FileError) {
        guard let file = Descriptor(opening: path, O_RDWR | O_CREAT | O_NONBLOCK) else {
            throw .uncreatable(path)
        }
        guard try file.status().isRegularFile else {
            throw FileError(
                .cannotCreate, path, "expected a file, found a device, pipe or socket",
                advice: "choose another path")
        }
        switch Self.request(Self.take, of: file.number).code {
        case 0: isKept = true
        case EAGAIN, EACCES: return nil
        case ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL: isKept = false
        case let code: throw .failed("locking", path, errno: code)
        }
        self.file = file
    }

    /// Whether another holds the lock of a file, which need not exist.
    public static func isHeld(_ path: String) -> Bool {
        guard let file = Descriptor(opening: path, O_RDONLY | O_NONBLOCK) else { return false }
        let (code, lock) = request(ask, of: file.number)
        return code == 0 && lock.l_type != Int16(F_UNLCK)
    }

    /// Replaces what the file holds, for others to read; that it cannot be written is no failure of the lock.
    public func note(_ text: String) {
        guard ftruncate(file.number, 0) == 0 else { return }
        let bytes = Array(text.utf8)
        _ = pwrite(file.number, bytes, bytes.count, 0)
        fsync(file.number)  // or readers on other hosts would not see it
    }

    private static func request(_ command: Int32, of file: Int32) -> (code: Int32, flock) {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)  // from the first byte to the last there will ever be
        while fcntl(file, command, &lock) != 0 {
            if errno != EINTR { return (errno, lock) }
        }
        return (0, lock)
    }
}
