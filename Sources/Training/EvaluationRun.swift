import Collectives
import Datasets

/// The verb `evaluate`: a trained model on the test set.
public struct EvaluationRun {
    private let world: any Communicator

    public init(world: any Communicator) { self.world = world }

    /// - Throws: `AgreedFailure` if a rank cannot read the model or the data.
    public func run(modelFile: String, data: String) throws -> Score {
        let (replica, samples) = try world.agree {
            let (replica, configuration) = try ModelFile.load(modelFile)
            return (replica, configuration.testSamples(try MNIST.loadTest(folder: data)))
        }
        return try Evaluator(replica: replica, world: world).evaluate(samples)
    }
}
