import Glibc
import Limits

/// A file or folder that is not what it should be: which one, what was expected and found, and what to do next.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Sendable {
        /// An input is absent or may not be read.
        case missing
        /// An input was read, but its content is not what its format promises.
        case malformed
        /// An input needs more memory than can be had.
        case outOfMemory
        /// An output cannot be created: no permission, a file in the way, a read-only disk.
        case cannotCreate
        /// Reading or writing an open file failed, or the disk is full.
        case ioFailure
    }

    public let kind: Kind
    public let path: String
    public let reason: String
    public let advice: String

    public init(_ kind: Kind, _ path: String, _ reason: String, advice: String) {
        self.kind = kind
        self.path = path
        self.reason = reason
        self.advice = advice
    }

    public var description: String { "\(path): \(reason); \(advice)" }
}

extension FileError {
    /// Bad content, with the advice that helps most often.
    static func malformed(
        _ path: String, _ reason: String, advice: String = "copy or download the file again"
    ) -> FileError {
        FileError(.malformed, path, reason, advice: advice)
    }

    /// Makes sure that memory for what comes of a file can be had, before it is taken.
    ///
    /// - Parameter purpose: "to read it".
    public static func requireMemory(
        _ bytes: Int, _ path: String, _ purpose: String = "to read it"
    ) throws(FileError) {
        do throws(OutOfMemory) {
            try Memory.require(bytes, purpose)
        } catch {
            throw FileError(.outOfMemory, path, error.reason, advice: error.advice)
        }
    }

    /// An input that could not be opened or listed; call it right after the failed call.
    static func unreadable(_ path: String, errno code: Int32 = errno) -> FileError {
        switch code {
        case ENOENT, ENOTDIR:
            FileError(.missing, path, "not found", advice: "check the path")
        case EACCES, EPERM:
            FileError(.missing, path, "permission denied", advice: "make it readable for this user")
        default:
            FileError(.ioFailure, path, "cannot be read: \(words(code))", advice: "check the disk")
        }
    }

    /// An output that could not be created or put in its place; call it right after the failed call.
    static func uncreatable(_ path: String, errno code: Int32 = errno) -> FileError {
        switch code {
        case ENOSPC, EDQUOT, EIO, EMFILE, ENFILE:
            failed("create", path, errno: code)
        default:
            FileError(
                .cannotCreate, path, "cannot be created: \(words(code))",
                advice: "choose another place or change its permissions")
        }
    }

    /// An operation that failed on an open file; call it right after the failed call.
    static func failed(_ operation: String, _ path: String, errno code: Int32 = errno) -> FileError {
        let isFull = code == ENOSPC || code == EDQUOT
        return FileError(
            .ioFailure, path, "\(operation) failed: \(words(code))",
            advice: isFull ? "free some space or write elsewhere" : "check the disk")
    }

    private static func words(_ code: Int32) -> String {
        code == ENOSPC ? "disk full" : String(cString: strerror(code)).lowercased()
    }
}
