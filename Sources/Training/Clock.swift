import Glibc

/// Where times come from: none of them takes part in a result.
public struct Clock: Sendable {
    /// Seconds since some fixed moment.
    public var monotonicSeconds: @Sendable () -> Double
    /// The time of day, as in 2026-01-02T03:04:05Z.
    public var utc: @Sendable () -> String
    /// Seconds for which the calling thread has had a core.
    public var threadSeconds: @Sendable () -> Double = { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

    public static let system = Clock(
        monotonicSeconds: { seconds(of: CLOCK_MONOTONIC) },
        utc: {
            var seconds = time(nil)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            var text = [CChar](repeating: 0, count: 32)
            let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
            return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        })
}

private func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
