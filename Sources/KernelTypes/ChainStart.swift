/// What a sum does with what stands where it goes.
public enum ChainStart: Sendable {
    /// Overwrites it.
    case anew
    /// Goes on from it, one product after the other.
    case goesOn
    /// Is added to it when it is complete.
    case apart
}
