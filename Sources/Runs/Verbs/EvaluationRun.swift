import Collectives
import Training

/// The verb `evaluate`: a trained model on the test set.
public struct EvaluationRun {
    /// The most ranks that have a part of the samples.
    public static let shards = Evaluator.shards

    private let catalog: Catalog
    private let world: any Communicator

    public init(_ catalog: Catalog, world: any Communicator) {
        self.catalog = catalog
        self.world = world
    }

    /// - Parameter logits: a file that rank 0 writes besides.
    /// - Throws: `AgreedFailure` if a rank cannot read the model or the data, or the file cannot be created.
    public func run(modelFile: String, data: String, logits: LogitsFile? = nil) throws -> Score {
        let (model, samples) = try world.agree {
            if world.rank == 0 { try logits?.requireNew() }
            let model = try ModelFile.load(modelFile, catalog)
            return (model, try model.testSamples(data))
        }
        let score = try Evaluator(replica: model.replica, world: world).evaluate(samples)
        try world.agree {
            if world.rank == 0 { try logits?.publish(model.replica.model, on: samples) }
        }
        return score
    }
}
