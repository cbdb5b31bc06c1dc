/// A word as a shell would need it.
func shellQuoted(_ word: String) -> String {
    let isPlain =
        !word.isEmpty && word.utf8.allSatisfy { "@%+=:,./-_".utf8.contains($0) || $0.isAlphanumeric }
    return isPlain
        ? word
        : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
    }
}
