import Samples

/// The samples of a run, and proof of which they are.
public struct TrainingData: Sendable {
    public let train: any SampleSource
    public let test: any SampleSource
    /// SHA-256 of all that the samples are made of.
    public let digest: String

    public init(train: any SampleSource, test: any SampleSource, digest: String) {
        (self.train, self.test, self.digest) = (train, test, digest)
    }

    /// - Throws: `UnusableData` unless there are samples in both halves, all of one shape that a network can learn from.
    func requireUsable() throws(UnusableData) {
        try train.requireUsable(as: "training samples")
        try test.requireUsable(as: "test samples")
        guard train.shape.matches(test.shape) else {
            throw UnusableData(
                "the training samples are \(train.shape), but the test samples are \(test.shape): give both one "
                    + "shape")
        }
    }
}

extension SampleSource {
    /// - Parameter name: what these samples are, for the message.
    /// - Throws: `UnusableData` unless there are samples, of a shape that a network can learn from.
    public func requireUsable(as name: String) throws(UnusableData) {
        // A sample's number is an `Int32` wherever samples are put in order.
        guard 1...Int(Int32.max) ~= count else {
            throw UnusableData("expected 1 to \(Int32.max) \(name), found \(count)")
        }
        if let problem = shape.problem { throw UnusableData("\(name): \(problem)") }
    }
}

/// Samples that nothing can be learned from: a mistake in the source that gives them.
public struct UnusableData: StatusError, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }

    public var exitStatus: ExitStatus { .badData }
}
