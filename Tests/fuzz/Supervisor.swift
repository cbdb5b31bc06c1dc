import Glibc

/// Starts workers, one after the other, and keeps the inputs that end them.
struct Supervisor {
    let options: Options
    private let ledger: Ledger
    /// Of a core: however busy the machine is.
    private static let secondsOfACase = 5.0
    /// Of the clock: nobody waits for ever.
    private static let longestWait = 120.0

    init(_ options: Options) throws {
        self.options = options
        ledger = try Ledger(path: options.ledger)
    }

    /// - Returns: how many findings there were.
    func run() throws -> Int {
        let end = options.seconds.map { now() + $0 }
        var (first, findings) = (0, 0)
        while first < options.count && now() < end ?? .infinity {
            (ledger.number, ledger.start, ledger.coreStart) = (first, now(), 60)
            let worker = try start(from: first, seconds: end.map { $0 - now() })
            let words = wait(for: worker)
            guard ledger.number < options.count else { break }
            if let words {
                findings += 1
                let target = "\(options.findings)/seed-\(options.seed)-case-\(ledger.number)"
                try Folder(path: options.caseFolder).copy(to: target)
                print("FOUND: seed \(options.seed), case \(ledger.number): \(words); kept in \(target)")
                fflush(nil)
                if findings == 50 {
                    print("50 findings are enough")
                    break
                }
            }
            first = ledger.number + 1
        }
        return findings
    }

    private func start(from first: Int, seconds: Double?) throws -> pid_t {
        let arguments = [CommandLine.arguments[0]] + options.worker(from: first, seconds: seconds)
        var texts = arguments.map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        var process = pid_t()
        guard posix_spawn(&process, "/proc/self/exe", nil, nil, &texts, environ) == 0 else {
            throw Failure("cannot start a worker")
        }
        return process
    }

    /// Waits for a worker's end.
    ///
    /// - Returns: what is wrong with its last case; nil where nothing is.
    private func wait(for worker: pid_t) -> String? {
        var status: Int32 = 0
        while waitpid(worker, &status, WNOHANG) == 0 {
            usleep(20_000)
            let isOver =
                coreSeconds(of: worker) - ledger.coreStart > Self.secondsOfACase
                || now() - ledger.start > Self.longestWait
            guard isOver else { continue }
            kill(worker, SIGKILL)
            waitpid(worker, &status, 0)
            return "it takes longer than \(Int(Self.secondsOfACase)) seconds"
        }
        let (signal, code) = (status & 0x7F, status >> 8 & 0xFF)
        switch (signal, code) {
        case (0, 0), (0, Worker.ended): return nil
        case (0, Worker.unexpected): return "its status is not one it may have"
        case (0, _): return "it ended the process with \(code)"
        default: return "it ended the process by signal \(signal)"
        }
    }
}
