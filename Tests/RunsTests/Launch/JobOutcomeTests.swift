import Glibc
import Testing

@testable import Runs
@testable import Training

@Suite struct JobOutcomeTests {
    private func outcome(
        _ end: ChildProcess.End, _ status: RunStatus?, stopAsked: Bool = false, isRestart: Bool = false
    ) -> JobOutcome {
        JobOutcome(end, status: status, stopAsked: stopAsked, isRestart: isRestart)
    }

    private let running = RunStatus(.running, step: 0, totalSteps: 100)

    /// mpirun's word counts for nothing: 5.0 says 0 when it has lost a host, and any other when it fails after the end.
    @Test(arguments: [ChildProcess.End.exited(0), .exited(1), .signaled(9)])
    func onlyTheRunFolderSaysDone(end: ChildProcess.End) {
        let done = RunStatus(.done, exitStatus: .done, step: 100, totalSteps: 100)
        #expect(outcome(end, done) == .done)
        #expect(outcome(end, done, stopAsked: true) == .done)
        // As a callback may have wanted.
        #expect(outcome(end, RunStatus(.done, exitStatus: .done, step: 60, totalSteps: 100)) == .done)
        for status in [nil, running] {
            #expect(outcome(end, status) != .done)
        }
        guard case .fault(let words) = outcome(.exited(0), running) else {
            Issue.record("0 is believed")
            return
        }
        #expect(words.contains("a host was lost"))
    }

    /// What repeating does not change is passed on, whether the run had begun or not.
    @Test(
        arguments: [.usage, .badData, .inputMissing, .internalError, .cannotCreate, .ioFailure, .environment]
            as [Training.ExitStatus])
    func finalStatusesAreTheTrainers(status: Training.ExitStatus) {
        let end = ChildProcess.End.exited(status.rawValue)
        #expect(outcome(end, nil) == .failed(status, cause: nil))
        #expect(outcome(end, running) == .failed(status, cause: nil))
        let failed = RunStatus(.failed, exitStatus: status, cause: "why")
        #expect(outcome(.exited(1), failed) == .failed(status, cause: "why"))
        #expect(outcome(end, failed, stopAsked: true) == .failed(status, cause: "why"))
    }

    @Test func divergenceIsFinalButMpirunsOneIsNot() {
        let diverged = RunStatus(.failed, exitStatus: .failed, cause: "training diverged")
        #expect(outcome(.exited(1), diverged) == .failed(.failed, cause: "training diverged"))
        guard case .fault = outcome(.exited(1), running) else {
            Issue.record("1 of mpirun is final")
            return
        }
    }

    @Test(
        arguments: [
            .exited(137), .exited(139), .exited(9), .exited(205), .exited(110), .exited(75), .exited(1),
            .exited(0),
            .signaled(SIGKILL), .signaled(SIGTERM),
        ] as [ChildProcess.End])
    func whatBreaksARunIsAFaultUnlessItWasToStop(end: ChildProcess.End) {
        guard case .fault = outcome(end, running) else {
            Issue.record("\(end) is no fault")
            return
        }
        #expect(outcome(end, running, stopAsked: true) == .stopped)
        #expect(outcome(end, nil, stopAsked: true) == .stopped)
        // A stop that the ranks were asked for by others, a batch system for one; but by the launcher, where they were
        // left behind by an mpirun that was killed.
        let stopped = RunStatus(.stopped, exitStatus: .resumable, step: 7)
        #expect((outcome(end, stopped) == .stopped) == !end.isDeath)
        #expect(outcome(end, stopped, stopAsked: true) == .stopped)
    }

    @Test func theSignalIsNamed() {
        guard case .fault(let words) = outcome(.exited(137), running) else {
            Issue.record("no fault")
            return
        }
        #expect(words.contains("signal 9 (Killed)"))
    }

    /// Replicas that differ: the run had begun, and its last checkpoint was proven. No sound checkpoint: the end.
    @Test func replicasThatDifferAreAFault() {
        let differ = RunStatus(
            .failed, exitStatus: .integrity, step: 40, totalSteps: 100, cause: "replicas differ")
        #expect(outcome(.exited(76), differ) == .fault("replicas differ"))
        #expect(outcome(.exited(76), running) == .fault("the replicas differed"))
        #expect(outcome(.exited(76), nil) == .failed(.integrity, cause: nil))
    }

    /// Ranks of the start before may hold the folder for a moment; at the first start somebody else does.
    @Test func aFolderInUseIsAFaultOfARestartOnly() {
        #expect(outcome(.exited(73), nil) == .failed(.cannotCreate, cause: nil))
        guard case .fault = outcome(.exited(73), nil, isRestart: true) else {
            Issue.record("no fault")
            return
        }
    }

    @Test(arguments: [1, 127, 132, 183, 213, 255] as [Int32])
    func whatMpirunCannotStartIsTold(code: Int32) {
        guard case .notStarted = outcome(.exited(code), nil) else {
            Issue.record("\(code)")
            return
        }
        #expect(outcome(.exited(code), nil, stopAsked: true) == .stopped)
    }
}

@Suite struct FailureTrailTests {
    @Test func theFirstDeathIsToldWithItsPlace() {
        var trail = FailureTrail()
        trail.read("Primary job  terminated normally, but 1 process returned")
        trail.read(
            "mpirun noticed that process rank 2 with PID 4242 on node b.example exited on signal 9 (Killed).")
        trail.read(
            "mpirun noticed that process rank 0 with PID 1 on node a exited on signal 15 (Terminated).")
        #expect(trail.text == "rank 2 on host b.example died of signal 9 (Killed)")
    }

    @Test func aLostHostIsNamed() {
        var trail = FailureTrail()
        for line in [
            "ORTE has lost communication with a remote daemon.", "",
            "  HNP daemon   : [[31,0],0] on node head",
            "  Remote daemon: [[31,0],1] on node lshost2",
        ] { trail.read(line[...]) }
        #expect(trail.text == "host lshost2 was lost")
    }

    @Test func theFirstErrorOfARankIsKept() {
        var trail = FailureTrail()
        trail.read("[rank 1 b] trainer: error: stopped at step 4 of 9")
        trail.read("[rank 0 a] trainer: error: another")
        #expect(trail.error == "rank 1 b: stopped at step 4 of 9")
        #expect(trail.text == nil)
        var alone = FailureTrail()
        alone.read("trainer: error: no such file")
        #expect(alone.error == "no such file")
    }
}

extension RunStatus {
    fileprivate init(
        _ state: State, exitStatus: Training.ExitStatus? = nil, step: Int = 0, totalSteps: Int = 100,
        cause: String? = nil
    ) {
        self.init(state, step: step, of: totalSteps, host: "a", pid: 7, time: "")
        (self.exitStatus, self.cause) = (exitStatus, cause)
    }
}
