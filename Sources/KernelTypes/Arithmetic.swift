/// An operation on pairs of elements.
@frozen public enum Arithmetic: Sendable, CaseIterable {
    case add, subtract, multiply, divide
}
