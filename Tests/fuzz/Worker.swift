import Formats
import Glibc
import Limits
import Training

/// Goes through the cases in order, until one crashes it.
struct Worker {
    let options: Options
    let ledger: Ledger
    /// Bytes it may take besides what it has when it begins: a hostile file must not need more.
    private static let room: UInt = 1 << 30

    /// How the process ends where a case ended it in order, but with a status that its subject may not have.
    static let unexpected: Int32 = 3
    /// How it ends where a case ended it with a status that it may have.
    static let ended: Int32 = 4

    func run(from first: Int, to last: Int) throws -> Never {
        let folder = Folder(path: options.caseFolder)
        try Files.createDirectory(folder.path)
        let subjects = try Subjects(sound: Folder(path: options.soundFolder), only: options.only)
        limitMemory()
        let end = options.seconds.map { now() + $0 }
        for number in first..<last {
            if let end, now() > end { break }
            let (place, subject) = subjects.subject(ofCase: number)
            try folder.clear()
            var damage = Damage(seed: options.seed, number: number)
            try subject.write(&damage, into: folder)
            (ledger.number, ledger.start, ledger.coreStart) = (number, now(), coreSeconds(of: getpid()))
            FatalEnding.handle { [ledger] sentence, status in
                Self.settle(status, sentence, place, subject, ledger)
                _exit(Self.ended)
            }
            do {
                try subject.read(folder)
                Self.settle(0, "", place, subject, ledger)
            } catch {
                Self.settle(ExitStatus(of: error).rawValue, Self.words(error), place, subject, ledger)
            }
        }
        ledger.number = last
        exit(0)
    }

    private static func words(_ error: any Error) -> String {
        (error as? AgreedFailure)?.cause.map { "\($0)" } ?? "\(error)"
    }

    /// Notes what came of a case; what must not come ends the worker.
    private static func settle(
        _ status: Int32, _ words: String, _ place: Int, _ subject: any Subject, _ ledger: Ledger
    ) {
        ledger[place, status] += 1
        guard status == 0 || subject.statuses.contains(status) else {
            print("\(subject.name): status \(status): \(words.prefix(500))")
            fflush(nil)
            _exit(unexpected)
        }
    }

    /// By memory of its own: the address sanitizer reserves more addresses than any machine has.
    private func limitMemory() {
        let status = textOfSmallFile("/proc/self/status") ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmData:") } ?? ""
        let kibibytes = line.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { UInt($0) } ?? 0
        var limit = rlimit(rlim_cur: 0, rlim_max: 0)
        limit.rlim_cur = kibibytes * 1024 + Self.room
        limit.rlim_max = limit.rlim_cur
        setrlimit(Int32(RLIMIT_DATA.rawValue), &limit)
    }
}
