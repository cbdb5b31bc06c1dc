import Training

/// A mistake in what a program registers; its author has to correct it.
public struct CatalogError: StatusError, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }

    public var exitStatus: ExitStatus { .internalError }
}
