import Collectives
import Datasets
import Training

/// The verb `evaluate`: a trained model on the test set.
public struct EvaluationRun {
    /// The most ranks that have a part of the samples.
    public static let shards = Evaluator.shards

    private let world: any Communicator

    public init(world: any Communicator) { self.world = world }

    /// - Parameter logits: a file that rank 0 writes besides.
    /// - Throws: `AgreedFailure` if a rank cannot read the model or the data, or the file cannot be created.
    public func run(modelFile: String, data: String, logits: LogitsFile? = nil) throws -> Score {
        let (replica, samples) = try world.agree {
            if world.rank == 0 { try logits?.requireNew() }
            let (replica, configuration) = try ModelFile.load(modelFile)
            return (replica, configuration.testSamples(try MNIST.loadTest(folder: data)))
        }
        let score = try Evaluator(replica: replica, world: world).evaluate(samples)
        try world.agree {
            if world.rank == 0 { try logits?.publish(replica.model, on: samples) }
        }
        return score
    }
}
