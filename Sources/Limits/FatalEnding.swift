import Glibc
import Synchronization

/// How a process ends that finds, where there is nobody to hand an error to, that it cannot go on.
public enum FatalEnding {
    /// Tells a sentence and ends the process.
    public typealias Handler = @Sendable (_ sentence: String, _ status: Int32) -> Never

    /// The only global that changes in this room, besides a count.
    private static let handler = Mutex<Handler?>(nil)

    /// Lets a room above end the process its way, such as telling the rank and ending the other ranks; it is called once, by
    /// the thread that cannot go on. Without one, the sentence alone is told.
    public static func handle(by handler: @escaping Handler) {
        self.handler.withLock { $0 = handler }
    }

    @inline(never)
    public static func end(_ sentence: String, status: Int32) -> Never {
        // Of several threads that come to an end the first tells; the others wait here for it.
        handler.withLock { handler in
            if let handler { handler(sentence, status) }
            let line = Array("error: \(sentence)\n".utf8)
            _ = write(STDERR_FILENO, line, line.count)
            exit(status)
        }
    }
}
