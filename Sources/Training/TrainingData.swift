import Datasets

/// The samples of a run, and proof of which they are.
public struct TrainingData: Sendable {
    public let train: any SampleSource
    public let test: any SampleSource
    /// SHA-256 of all pixels and labels of the images they are made of.
    public let digest: String

    /// - Throws: `FileError` if a file is missing or malformed.
    init(_ configuration: Configuration) throws {
        let (train, test) = try MNIST.load(folder: configuration.data)
        (self.train, self.test) = (configuration.trainingSamples(train), configuration.testSamples(test))
        digest = MNIST.fingerprint(train: train, test: test)
    }
}
