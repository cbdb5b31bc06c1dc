import Glibc

/// What a worker tells its supervisor, in memory they share: how far it has come, and what came of it.
///
/// `@unchecked Sendable`: one thread of one worker writes it, and its supervisor only while there is none.
struct Ledger: @unchecked Sendable {
    private let words: UnsafeMutablePointer<Int64>
    private static let count = 3 + 256 * 32

    /// - Parameter path: a file, made if it is not there.
    init(path: String) throws {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure("cannot open \(path)") }
        defer { close(file) }
        let size = Self.count * 8
        guard ftruncate(file, size) == 0,
            let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), memory != MAP_FAILED
        else { throw Failure("cannot map \(path)") }
        words = memory.bindMemory(to: Int64.self, capacity: Self.count)
    }

    /// The case that is under way.
    var number: Int {
        get { Int(words[0]) }
        nonmutating set { words[0] = Int64(newValue) }
    }

    /// When it began.
    var start: Double {
        get { Double(words[1]) / 1e9 }
        nonmutating set { words[1] = Int64(newValue * 1e9) }
    }

    /// The seconds of a core that the worker had used then.
    var coreStart: Double {
        get { Double(words[2]) / 1e9 }
        nonmutating set { words[2] = Int64(newValue * 1e9) }
    }

    /// How many cases of a subject ended with a status.
    subscript(subject: Int, status: Int32) -> Int {
        get { Int(words[3 + 256 * subject + Int(status & 255)]) }
        nonmutating set { words[3 + 256 * subject + Int(status & 255)] = Int64(newValue) }
    }
}

func now() -> Double { seconds(of: CLOCK_MONOTONIC) }

/// The seconds of a core that a process has used; 0 of one that is gone.
func coreSeconds(of process: pid_t) -> Double {
    var clock = clockid_t()
    return clock_getcpuclockid(process, &clock) == 0 ? seconds(of: clock) : 0
}

private func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
