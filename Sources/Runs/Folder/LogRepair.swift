import Formats

/// A log as a run that goes on finds it, `metrics.jsonl` or `timing.jsonl`: what it keeps of it is found by reading alone,
/// and written later.
///
/// A line is sound if it is a JSON object with a step. What a kill left of the last one is no damage.
struct LogRepair {
    let path: String
    /// In `timing.jsonl`: SHA-256 of the line of metrics that was written with the line.
    static let lineHash = "metrics_line_sha256"

    /// What the file is to hold.
    let kept: [UInt8]
    /// What is wrong with it, in words; nil if nothing is lost.
    let fault: String?
    /// Whether the file holds what no run has written.
    let isDamaged: Bool
    private let found: [UInt8]?

    /// - Parameters:
    ///   - step: later lines are of a course that is left.
    ///   - length: the bytes that were there at this step; nil if that is not known.
    ///   - digest: SHA-256 of these, where it is known.
    ///   - hashes: SHA-256 of every line, in another log; there may be more.
    /// - Throws: `FileError` if it is there but cannot be read.
    init(
        _ path: String, through step: Int, length: Int? = nil, digest: String? = nil, hashes: [String] = []
    ) throws(FileError) {
        self.path = path
        found = Files.exists(path) ? try Files.read(path) : nil
        let bytes = (found ?? []).prefix(length ?? .max)
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let tail = lines.removeLast()
        var sound: [ArraySlice<UInt8>] = []
        var unsound = 0
        for line in lines {
            guard let lineStep = Self.step(of: line) else {
                unsound += 1
                continue
            }
            if lineStep <= step { sound.append(line) }
        }
        // Its newline alone may be missing; where the length is right, no kill has cut it.
        if let tailStep = Self.step(of: tail) {
            if tailStep <= step { sound.append(tail) }
        } else if !tail.isEmpty, let length, bytes.count == length {
            unsound += 1
        }
        var isChanged =
            unsound == 0 && bytes.count == length && digest != nil && SHA256.hex(of: Array(bytes)) != digest
        if isChanged, hashes.count >= sound.count {
            let known = Set(hashes)
            let trusted = sound.filter { known.contains(SHA256.hex(of: Array($0))) }
            unsound = sound.count - trusted.count
            (sound, isChanged) = (trusted, unsound == 0)
        }
        kept = Array(sound.map { $0 + [UInt8(ascii: "\n")] }.joined())
        isDamaged = unsound > 0 || isChanged
        if isChanged {
            fault = "it is not what the run had written up to step \(step), numbers in it may be wrong"
        } else if isDamaged {
            fault = "\(unsound) of its lines \(unsound == 1 ? "is" : "are") damaged"
        } else if kept.count != length ?? kept.count {
            let last = sound.last.flatMap(Self.step(of:))
            let end = last.map { "it ends at step \($0)" } ?? (found == nil ? "it is gone" : "it is empty")
            fault = "\(end), and what the run had written up to step \(step) is lost"
        } else {
            fault = nil
        }
    }

    /// The hashes of lines of metrics that a log of timing holds.
    static func hashes(in timing: String) -> [String] {
        ((try? Files.read(timing)) ?? []).split(separator: UInt8(ascii: "\n")).compactMap { line in
            (try? JSON(parsing: Array(line)))?[lineHash]?.stringValue
        }
    }

    /// Makes the file what it is to be; one that is damaged is moved aside.
    ///
    /// - Returns: what there is to tell of it.
    func apply() throws(FileError) -> String? {
        var note = fault
        if isDamaged {
            let aside = try Files.moveAside(path, as: "damaged")
            note = fault.map { "\($0): moved to \(aside), and what can be read kept" }
        }
        if found == nil, kept.isEmpty {
            return note.map { "\(path): \($0)" }
        } else if !isDamaged, let found, found.starts(with: kept) {
            try AppendOnlyFile(path: path).truncate(to: kept.count)
        } else {
            try Files.publish(path, kept)
        }
        return note.map { "\(path): \($0)" }
    }

    private static func step(of line: ArraySlice<UInt8>) -> Int? {
        (try? JSON(parsing: Array(line)))?["step"]?.intValue
    }
}
