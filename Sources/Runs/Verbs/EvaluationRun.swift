import Collectives
import Samples
import Training

/// The verb `evaluate`: a trained model on the test set.
public struct EvaluationRun {
    /// The most ranks that have a part of the samples.
    public static let shards = Evaluator.shards

    private let catalog: Catalog
    private let world: any Communicator
    private let note: (String) -> Void

    /// - Parameter note: told, on rank 0, what there is to know about the model's file.
    public init(_ catalog: Catalog, world: any Communicator, note: @escaping (String) -> Void = { _ in }) {
        self.catalog = catalog
        self.world = world
        self.note = note
    }

    /// - Parameters:
    ///   - logits: a file that rank 0 writes besides.
    ///   - confusion: another.
    /// - Throws: `AgreedFailure` if a rank cannot read the model or the data, a file cannot be created, or there is no
    ///   confusion matrix to write.
    public func run(
        modelFile: String, data: String, logits: LogitsFile? = nil, confusion: ConfusionFile? = nil
    ) throws -> Evaluation {
        let (model, samples) = try world.agree {
            if world.rank == 0 {
                try logits?.requireNew()
                try confusion?.requireNew()
            }
            let model = try ModelFile.load(modelFile, catalog)
            if world.rank == 0 { model.note.map(note) }
            return (model, try model.testSamples(data))
        }
        let evaluator = try Evaluator(replica: model.replica, world: world)
        let (score, matrix) = try evaluator.evaluateClasses(samples)
        try world.agree {
            if confusion != nil { try ConfusionFile.require(matrix, of: samples.shape) }
            guard world.rank == 0 else { return }
            try logits?.publish(model.replica.model, on: samples)
            if let matrix { try confusion?.publish(matrix, classNames: model.sample.classNames) }
        }
        return Evaluation(score: score, confusion: matrix, classNames: model.sample.classNames)
    }
}
