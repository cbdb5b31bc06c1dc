import Formats
import Glibc
import Training

/// A rank's recorder that lets the faults of `--chaos` happen, each once in a run's folder: the run that goes on from
/// there is spared.
///
/// It hears of every step already, so a run without faults pays nothing.
final class FaultyRecorder: RunRecorder {
    private let recorder: any RunRecorder
    private let faults: [Fault]
    private let folder: RunFolder
    private let rank: Int

    /// - Parameters:
    ///   - faults: those of all ranks.
    ///   - rank: the one whose recorder this is.
    init(_ recorder: any RunRecorder, _ faults: [Fault], folder: RunFolder, rank: Int) {
        self.recorder = recorder
        self.faults = faults.filter { $0.rank == rank }
        self.folder = folder
        self.rank = rank
    }

    func begin(_ job: TrainingJob, clock: PhaseClock) { recorder.begin(job, clock: clock) }

    func progress(_ state: TrainingState, _ result: StepResult) throws {
        try recorder.progress(state, result)
        for fault in faults {
            switch fault.kind {
            case .slow: usleep(UInt32(clamping: fault.amount * 1000))
            case _ where fault.amount == state.step && isFirst(fault): strike(fault.kind, state)
            default: break
            }
        }
    }

    private func strike(_ kind: Fault.Kind, _ state: TrainingState) {
        StandardError.write("[rank \(rank)] chaos: \(kind.rawValue) after step \(state.step)\n")
        switch kind {
        case .kill: kill(getpid(), SIGKILL)
        case .hang: while true { sleep(3600) }
        case .slow: break
        case .bitflip:
            let parameters = state.parameters.buffer
            let index = parameters.count / 2
            parameters[index] = Float(bitPattern: parameters[index].bitPattern ^ 1 << 12)
        }
    }

    /// Leaves a note in the run's folder, where there is none yet.
    private func isFirst(_ fault: Fault) -> Bool {
        let note = open(note(fault), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard note >= 0 else { return false }
        close(note)
        return true
    }

    private func note(_ fault: Fault) -> String { "\(folder.path)/chaos-\(fault)" }

    func recordTraining(_ state: TrainingState, _ result: StepResult) throws {
        try recorder.recordTraining(state, result)
    }
    func recordEvaluation(_ state: TrainingState, _ score: Score) throws {
        try recorder.recordEvaluation(state, score)
    }
    func isBest(at step: Int) -> Bool { recorder.isBest(at: step) }
    func save(_ state: TrainingState) throws { try recorder.save(state) }
    func settle() throws { try recorder.settle() }
    func newestStep() -> Int? { recorder.newestStep() }
    var secondsToSave: Double { recorder.secondsToSave }

    /// A run that is through needs no notes.
    func finish(_ state: TrainingState, _ score: Score) throws {
        try recorder.finish(state, score)
        for fault in faults { unlink(note(fault)) }
    }

    func fail(_ error: any Error, at step: Int) { recorder.fail(error, at: step) }
}
