import Formats
import Glibc
import Training

/// One run, one writer: rank 0's hold on a run folder, from before it reads what to go on from until the run is over.
///
/// `run.lock` tells who holds it, and is empty where nobody does. It is never deleted: two runs could then lock two files
/// of that name.
final class RunLock: Sendable {
    private let file: FileLock

    /// - Parameter warn: told where the file system has no locks.
    /// - Throws: `FolderInUse` if another run holds the folder.
    init(_ folder: RunFolder, since started: String, warn: (String) -> Void) throws {
        guard let file = try FileLock(path: folder.lock) else { throw FolderInUse(folder) }
        self.file = file
        if !file.isKept {
            warn(
                "\(folder.path): its file system has no locks: see to it that no second run is started in this folder"
            )
        }
        let holder: JSON = [
            "host": .string(hostName()), "pid": .integer(Int(getpid())), "started": .string(started),
        ]
        file.note(holder.text + "\n")
    }

    deinit { file.note("") }
}

/// A run folder that another run is writing.
struct FolderInUse: StatusError, CustomStringConvertible {
    let description: String

    var exitStatus: ExitStatus { .cannotCreate }

    init(_ folder: RunFolder) {
        description =
            "\(folder.path): \(Self.holder(folder)) is using this run folder; wait for its end or stop it, or choose "
            + "another --run-dir"
    }

    private static func holder(_ folder: RunFolder) -> String {
        for _ in 0..<25 {
            if let bytes = try? Files.read(folder.lock, limit: 4096), let json = try? JSON(parsing: bytes),
                let host = json["host"]?.stringValue, let pid = json["pid"]?.intValue,
                let started = json["started"]?.stringValue
            {
                return "process \(pid) on \(host), since \(started),"
            }
            usleep(20_000)  // it may not have told yet
        }
        return "another process"
    }
}
