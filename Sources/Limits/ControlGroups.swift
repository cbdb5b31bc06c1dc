import Glibc

/// Linux's control groups, which bound what a process and its neighbours may take.
public enum ControlGroups {
    /// The text of a file, or nil where it cannot be read.
    public typealias Reader = (String) -> String?

    /// A folder of the kernel's files on one group.
    public struct Folder: Equatable {
        public let path: String
        /// Whether it is of version 2, where one hierarchy holds every controller.
        public let isUnified: Bool
    }

    /// Where groups are mounted.
    private static let root = "/sys/fs/cgroup"

    /// Where a controller's files of the process's groups, and of all they lie in, may stand. In a container the group's
    /// path may be the host's: then only the mounts themselves are there.
    ///
    /// - Parameter controller: by its name: "cpu", "memory".
    public static func folders(of controller: String, read: Reader) -> [Folder] {
        let groups = read("/proc/self/cgroup") ?? ""
        return groups.split(separator: "\n").flatMap { group -> [Folder] in
            // "4:cpu,cpuacct:/user" of version 1; "0::/user" of version 2.
            let parts = group.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let controllers = parts[1].split(separator: ",")
            let isUnified = controllers.isEmpty
            guard isUnified || controllers.contains(Substring(controller)) else { return [] }
            let mounts = isUnified ? ["", "/unified"] : ["/\(parts[1])", "/\(controller)"]
            let names = parts[2].split(separator: "/").filter { $0 != ".." }
            return mounts.flatMap { mount in
                (0...names.count).map { depth in
                    let path = ([root + mount] + names.prefix(depth).map(String.init)).joined(separator: "/")
                    return Folder(path: path, isUnified: isUnified)
                }
            }
        }
    }
}

/// The text of one of the kernel's files; nil where it cannot be read.
public func textOfSmallFile(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
}
