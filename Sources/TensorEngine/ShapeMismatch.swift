import Glibc
import Synchronization

/// Ends the process unless what a network's author wrote fits together: every op and layer checks its operands with it.
///
/// Ops return tensors and throw nothing, and the graph is recorded by the author's own code: there is nobody to hand an
/// error to. So the sentence goes to standard error, in release builds too, and the process ends with 70. Ranks build the
/// same graph: all end alike. `precondition` is for what no author can reach.
///
/// - Parameter sentence: the op, what it got and what it needs: `linear: input [16, 2] does not fit weight [8, 3]`.
@inline(__always)
public func requireShape(_ fits: Bool, _ sentence: @autoclosure () -> String) {
    if !fits { ShapeMismatch.end(sentence()) }
}

/// How a process ends whose network does not fit together.
public enum ShapeMismatch {
    /// Its status, `EX_SOFTWARE` of sysexits.h.
    public static let exitStatus: Int32 = 70

    /// Tells a sentence and ends the process.
    public typealias Ending = @Sendable (_ sentence: String) -> Never

    /// The only global that changes in this room.
    private static let ending = Mutex<Ending?>(nil)

    /// Lets the room above end the process its way, such as telling the rank and ending the other ranks; it is called once,
    /// by the thread that built the graph. Without one, the sentence alone is told.
    public static func end(with ending: @escaping Ending) {
        self.ending.withLock { $0 = ending }
    }

    @inline(never)
    public static func end(_ sentence: String) -> Never {
        // Of several threads that come to the same mismatch the first tells; the others wait here for the end.
        ending.withLock { ending in
            if let ending { ending(sentence) }
            let line = Array("error: \(sentence)\n".utf8)
            _ = write(STDERR_FILENO, line, line.count)
            exit(exitStatus)
        }
    }
}
