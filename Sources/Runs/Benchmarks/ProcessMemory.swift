import Glibc

/// The memory of this process, as Linux counts it.
enum ProcessMemory {
    /// The most it has held at once, in bytes (VmHWM); nil where /proc does not say.
    static var peak: Int? {
        guard let file = fopen("/proc/self/status", "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        let lines = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n")
        let words = lines.first { $0.hasPrefix("VmHWM:") }?.split { $0 == " " || $0 == "\t" }
        return words.flatMap { $0.count == 3 ? Int($0[1]) : nil }.map { $0 * 1024 }
    }
}
