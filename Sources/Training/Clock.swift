import Glibc

/// Where times come from: none of them takes part in a result.
public struct Clock: Sendable {
    /// Seconds since some fixed moment.
    public var monotonicSeconds: @Sendable () -> Double
    /// The time of day, as in 2026-01-02T03:04:05Z.
    public var utc: @Sendable () -> String

    public static let system = Clock(
        monotonicSeconds: {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        },
        utc: {
            var seconds = time(nil)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            var text = [CChar](repeating: 0, count: 32)
            let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
            return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        })
}
