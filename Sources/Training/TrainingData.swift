import Datasets

/// The samples of a run, and proof of which they are.
public struct TrainingData: Sendable {
    public let train: any SampleSource
    public let test: any SampleSource
    /// SHA-256 of all pixels and labels.
    public let digest: String

    /// - Throws: `FileError` if a file is missing or malformed.
    public init(folder: String) throws {
        let (train, test) = try MNIST.load(folder: folder)
        (self.train, self.test) = (train, test)
        digest = MNIST.fingerprint(train: train, test: test)
    }
}
