import Limits

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

    public static func end(_ sentence: String) -> Never { FatalEnding.end(sentence, status: exitStatus) }
}
