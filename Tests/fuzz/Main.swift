import Formats
import Glibc

@main struct Main {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if ["-h", "--help"].contains(arguments.first) { return print(Options.usage, terminator: "") }
        var options: Options
        do { options = try Options(arguments) } catch {
            print("fuzz: \(error)\n\(Options.usage)", terminator: "")
            exit(64)
        }
        if let first = options.first {
            let worker = Worker(options: options, ledger: try Ledger(path: options.ledger))
            try worker.run(from: first, to: options.count)
        }
        if !Files.isDirectory(options.folder) { options.folder = "/tmp" }
        options.folder += "/lockstep-fuzz-\(getpid())"
        let folder = Folder(path: options.folder)
        try Files.createDirectory(folder.path)
        try SoundFiles.write(into: Folder(path: options.soundFolder))
        let begin = now()
        let findings = try Supervisor(options).run()
        try report(options, findings, seconds: now() - begin)
        try folder.clear()
        try Files.remove(folder.path)
        exit(findings == 0 ? 0 : 1)
    }

    /// How many inputs of each subject ended with which status.
    private static func report(_ options: Options, _ findings: Int, seconds: Double) throws {
        let ledger = try Ledger(path: options.ledger)
        let subjects = try Subjects(sound: Folder(path: options.soundFolder)).all
        var total = 0
        for (place, subject) in subjects.enumerated() {
            let ends = (0..<256).map { (status: $0, count: ledger[place, Int32($0)]) }.filter { $0.count > 0 }
            let count = ends.reduce(0) { $0 + $1.count }
            total += count
            guard count > 0 else { continue }
            let texts = ends.map { "\($0.count) with \($0.status)" }
            print("\(subject.name): \(count) inputs; \(texts.joined(separator: ", "))")
        }
        print("\(total) inputs in \(Int(seconds)) s, seed \(options.seed): \(findings) findings")
    }
}
