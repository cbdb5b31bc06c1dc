import Dispatch
import Formats
import Foundation
import Synchronization
import Testing

@testable import Runs
@testable import Training

/// One run, one writer.
@Suite(.timeLimit(.minutes(10))) struct RunLockTests {
    let workshop: Workshop
    init() throws { workshop = try Workshop() }

    private func lock(_ run: String) throws -> RunLock {
        try RunLock(RunFolder(path: workshop.path(run)), since: "the morning") { Issue.record("\($0)") }
    }

    @Test(arguments: [0, 2, 3], ["off", "auto", "FILE"])
    func aSecondRunIsToldWhoHasTheFolder(ranks: Int, resume: String) throws {
        try workshop.train("run", Settings.quick)
        var settings = Settings.quick.with(["max_steps": 20])
        if resume != "off" {
            let file = workshop.checkpoint("run", step: 8)
            settings = settings.with(["resume": .string(resume == "FILE" ? file : resume)])
        }
        let held = try lock("run")
        let before = try workshop.files("run")
        let attempt = workshop.attempt("run", ranks: ranks, settings)
        #expect(attempt.everyRankEnded(with: .cannotCreate))
        for words in [
            workshop.path("run"), "process \(getpid()) on ", "since the morning", "another --run-dir",
        ] {
            #expect(attempt.message.contains(words), "\(attempt.message)")
        }
        let isUntouched = try workshop.files("run") == before
        #expect(isUntouched)
        withExtendedLifetime(held) {}
    }

    /// One that has only just made its folder.
    @Test(arguments: [0, 3], ["off", "auto"])
    func soIsOneThatCameAMomentLater(ranks: Int, resume: String) throws {
        let settings = resume == "off" ? Settings.quick : Settings.quick.with(["resume": .string(resume)])
        try FileManager.default.createDirectory(
            atPath: workshop.path("run"), withIntermediateDirectories: true)
        let held = try lock("run")
        let attempt = workshop.attempt("run", ranks: ranks, settings)
        #expect(attempt.everyRankEnded(with: .cannotCreate))
        #expect(attempt.message.contains("process \(getpid()) on "), "\(attempt.message)")
        #expect(try workshop.files("run").keys.sorted() == ["run.lock"])
        withExtendedLifetime(held) {}
    }

    /// Plans and results are read by whoever likes.
    @Test func whoOnlyReadsNeedsNoLock() throws {
        try workshop.train("run", Settings.quick)
        let held = try lock("run")
        try workshop.train("run", Settings.quick.with(["resume": "auto", "dry_run": true]))
        #expect(try ModelReference(article, path: workshop.path("run")).file.hasSuffix("model.safetensors"))
        withExtendedLifetime(held) {}
    }

    @Test func theLockGoesWithTheRun() throws {
        try workshop.train("run", ranks: 2, Settings.quick)
        #expect(try workshop.text("run", "run.lock") == "")
        #expect(!FileLock.isHeld(workshop.path("run") + "/run.lock"))
        // What a crash leaves in it is nobody's hold.
        try workshop.folder.write("run/run.lock", Array(#"{"host":"here","pid":1,"started":"once"}"#.utf8))
        try workshop.train("run", ranks: 2, Settings.quick.with(["resume": "auto"]))
    }

    /// As a look at the file's content does.
    @Test func theLockSurvivesAnotherDescriptorOfItsFile() throws {
        try workshop.train("run", Settings.quick)
        let held = try lock("run")
        #expect(try workshop.text("run", "run.lock").contains("the morning"))
        #expect(FileLock.isHeld(workshop.path("run") + "/run.lock"))
        #expect(throws: FolderInUse.self) { try lock("run") }
        withExtendedLifetime(held) {}
    }

    @Test func aLockThatIsNoFileIsRefused() throws {
        try workshop.train("run", Settings.quick)
        try FileManager.default.removeItem(atPath: workshop.path("run") + "/run.lock")
        #expect(mkfifo(workshop.path("run") + "/run.lock", 0o600) == 0)
        let attempt = workshop.attempt("run", ranks: 2, Settings.quick.with(["resume": "auto"]))
        #expect(attempt.everyRankEnded(with: .cannotCreate))
        #expect(attempt.message.contains("run.lock: expected a file"), "\(attempt.message)")
    }

    /// The one that trains does not end before the other has: it is in each one's way.
    @Test(arguments: [(1, false), (3, false), (2, true)])
    func ofTwoAtTheSameInstantOneTrains(ranks: Int, goesOn: Bool) throws {
        for round in 0..<20 {
            let run = "run-\(round)"
            if goesOn { try workshop.train(run, Settings.quick.with(["max_steps": 5])) }
            // Every other time a fresh start is one by --resume auto.
            let settings =
                goesOn || round % 2 == 1 ? Settings.quick.with(["resume": "auto"]) : Settings.quick
            let ends = Mutex<[Attempt]>([])
            DispatchQueue.concurrentPerform(iterations: 2) { _ in
                let attempt = workshop.attempt(run, ranks: ranks, settings) { rank in
                    let limit = Date(timeIntervalSinceNow: 10)
                    while rank == 0, ends.withLock(\.isEmpty), Date() < limit { usleep(1000) }
                    return .none
                }
                ends.withLock { $0.append(attempt) }
            }
            let attempts = ends.withLock { $0 }
            #expect(attempts[0].everyRankEnded(with: .cannotCreate), "\(attempts[0].statuses)")
            #expect(attempts[0].message.contains("process \(getpid()) on "), "\(attempts[0].message)")
            #expect(attempts[1].everyRankEnded(with: .done), "\(attempts[1].message)")
        }
        try workshop.train("whole", Settings.quick)
        try workshop.expectSame("whole", "run-0")
        try workshop.expectSame("whole", "run-19")
    }
}
