import Glibc

extension Communicator {
    /// The name of each rank's host, in rank order.
    public func hostNames() throws(CommunicatorError) -> [String] {
        let width = 64
        var bytes = [UInt8](repeating: 0, count: width)
        bytes.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            _ = gethostname(base, width - 1)
        }
        return try allGather(bytes).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
