import Collectives
import Glibc
import Synchronization
import Training

/// How a job goes on that ends now: told by those who end it from outside of its ranks.
enum GoingOn {
    /// The words of the command line; at first the program's own.
    private static let words = Mutex(CommandLine.arguments)
    private static let world = Mutex(WorldDescription())

    static func with(_ command: [String], in description: WorldDescription) {
        words.withLock { $0 = command }
        world.withLock { $0 = description }
    }

    /// Of the run that this process's rank 0 writes, if it does.
    private static let status = Mutex<StatusFile?>(nil)

    static func tell(_ own: StatusFile) { status.withLock { $0 = own } }

    /// Leaves in the run folder why the run ends.
    static func ended(_ cause: String, step: Int) {
        status.withLock { $0 }?.ended(.resumable, cause: cause, step: step)
    }

    static var command: String {
        RequestedStop.command(words.withLock { $0 }, in: world.withLock { $0 })
    }

    /// A command line that goes on in a run's folder, whether a checkpoint is there or not.
    static func words(_ arguments: [String], runDir: String) -> [String] {
        var (words, rest): ([String], ArraySlice<String>) = ([], arguments[...])
        while let word = rest.popFirst() {
            if ["--run-dir", "--resume"].contains(word) {
                _ = rest.popFirst()
            } else if !word.hasPrefix("--run-dir=") && !word.hasPrefix("--resume=") {
                words.append(word)
            }
        }
        return words + ["--run-dir", runDir, "--resume", "auto"]
    }
}

/// Begins to watch this process's ranks: one that shows nothing for too long, or waits for a peer that does, ends its job
/// with 75, and so does a request to stop which no training takes.
func startWatch(
    _ launcher: Launcher?, seconds: Double, _ listener: @escaping FailureListener
) -> Watch {
    let watch = Watch(
        launchedAs: launcher.map { $0.rank ?? 0 }, seconds: seconds,
        isAskedToStop: { Signals.stopRequested },
        end: { finding, rank in
            // Whatever becomes of the telling.
            endAnyway(.resumable, after: 3)
            switch finding {
            case .stopRequest:
                let text = "stopped while not training; go on with: \(GoingOn.command)"
                StandardError.tell("\(programName): \(text)")
                listener(Failure(message: text, status: .resumable, rank: rank))
            case .silence(let text, let step):
                StandardError.tell(
                    "[rank \(rank) \(hostName())] \(programName): error: \(text); go on with: \(GoingOn.command)"
                )
                listener(Failure(message: text, status: .resumable, rank: rank))
                GoingOn.ended(text, step: step)
            }
            // MPI may be waiting in another thread: the launcher ends the other ranks.
            _exit(ExitStatus.resumable.rawValue)
        })
    watch.start()
    return watch
}

private let statusOfAlarm = Atomic<Int32>(0)

/// Ends the process with this status unless it has ended by then.
func endAnyway(_ status: ExitStatus, after seconds: Double) {
    statusOfAlarm.store(status.rawValue, ordering: .relaxed)
    signal(SIGALRM) { _ in _exit(statusOfAlarm.load(ordering: .relaxed)) }
    alarm(UInt32(max(1, min(seconds, 1e6))))
}
