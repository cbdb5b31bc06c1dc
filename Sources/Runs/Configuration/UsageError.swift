import Training

/// The user asked for something that cannot be: an unknown option, a value out of bounds, settings that
/// exclude each other (exit status 64).
public struct UsageError: StatusError, Equatable, CustomStringConvertible {
    /// What is wrong, where the value came from, what was expected and what was found: one line.
    public var message: String
    /// What to do next: one line, `nil` where the message says it already.
    public var hint: String?

    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    public var exitStatus: ExitStatus { .usage }

    public var description: String {
        hint.map { "\(message)\n\($0)" } ?? message
    }
}
