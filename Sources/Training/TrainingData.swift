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
}
