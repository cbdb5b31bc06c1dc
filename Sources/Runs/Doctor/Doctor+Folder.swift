import Formats
import Glibc
import Limits
import Training

extension Doctor {
    /// Locks, syncs and space where a run would keep its checkpoints.
    func runFolder() -> [Finding] {
        guard let runDir else { return [] }
        let topic = "run folder"
        let folder = nearestFolder(of: runDir)
        guard access(folder, W_OK) == 0 else {
            return [
                .error(
                    topic, "\(folder) cannot be written",
                    advice: "choose another --run-dir, or its permissions")
            ]
        }
        return [fileSystem(folder), space(folder), locks(folder), syncs(folder)]
    }

    /// The folder itself, or the one in which it would be made.
    private func nearestFolder(of path: String) -> String {
        var path = path
        while !Files.isDirectory(path) {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            if parts.isEmpty { return "." }
            path = parts.count == 1 && parts.first == "" ? "/" : parts.joined(separator: "/")
        }
        return path
    }

    private func fileSystem(_ folder: String) -> Finding {
        let kind = Self.fileSystem(
            of: Files.resolved(folder) ?? folder, mounts: textOfSmallFile("/proc/self/mountinfo") ?? "")
        if ["tmpfs", "ramfs"].contains(kind) {
            return .warning(
                "run folder", "\(folder) is on \(kind ?? ""), which a restart of the machine empties",
                advice: "choose a --run-dir on a disk")
        }
        return .ok("run folder", "\(folder) is on \(kind ?? "a file system of unknown kind")")
    }

    /// The kind of the file system a path lies in, from lines "36 35 98:0 / /mount options - ext4 …".
    static func fileSystem(of path: String, mounts: String) -> String? {
        var best: (length: Int, kind: String)?
        for line in mounts.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 5, let dash = words.firstIndex(of: "-"), dash + 1 < words.count else {
                continue
            }
            let mount = words[4]
            let holds = path == mount || mount == "/" || path.hasPrefix(mount + "/")
            if holds, mount.count >= best?.length ?? 0 { best = (mount.count, String(words[dash + 1])) }
        }
        return best?.kind
    }

    private func space(_ folder: String) -> Finding {
        let free = freeBytes(folder) ?? 0
        let text = "\(free >> 20) MiB are free in \(folder)"
        let advice = "free some space: a checkpoint holds all parameters and the optimizer's state"
        if free < 64 << 20 { return .error("disk", text, advice: advice) }
        return free < 1 << 30 ? .warning("disk", text, advice: advice) : .ok("disk", text)
    }

    private func locks(_ folder: String) -> Finding {
        let path = "\(folder)/.doctor.\(getpid())"
        defer { unlink(path) }
        do {
            guard let lock = try FileLock(path: path) else {
                return .error("locks", "a new file is locked already", advice: "check the file system")
            }
            return try withExtendedLifetime(lock) {
                guard lock.isKept, try FileLock(path: path) == nil else {
                    return .warning(
                        "locks",
                        "\(folder) keeps no locks: two runs in one folder would not notice each other",
                        advice: "mount it with locks (NFS: without nolock), or see to it yourself")
                }
                return .ok("locks", "kept")
            }
        } catch {
            return .error("locks", "\(error)", advice: "check the file system")
        }
    }

    /// How long a mebibyte takes to the disk.
    private func syncs(_ folder: String) -> Finding {
        let path = "\(folder)/.doctor.\(getpid())"
        defer { unlink(path) }
        let start = clock.monotonicSeconds()
        do {
            try Files.publish(path, [UInt8](repeating: 1, count: 1 << 20))
        } catch {
            return .error("fsync", "\(error)", advice: "check the file system")
        }
        let milliseconds = (clock.monotonicSeconds() - start) * 1000
        let text = "1 MiB is on the disk after \(NumberText.fixed(milliseconds, 0)) ms"
        return milliseconds > 2000
            ? .warning("fsync", text, advice: "save fewer checkpoints, or use a faster disk")
            : .ok("fsync", text)
    }
}
