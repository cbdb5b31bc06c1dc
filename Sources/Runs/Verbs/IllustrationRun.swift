import Collectives
import Formats
import NN
import TensorEngine
import Training

/// A trained model at work on one image.
public struct IllustratedImage {
    public let model: String
    /// The image's place in the test set.
    public let index: Int
    /// Its class, where it has one.
    public let label: Int?
    /// What the model makes of it, where it classifies.
    public let prediction: Int?
    /// What the classes are called, where that is known.
    public let classNames: [String]?
    /// `[rows, columns]`, 0 ... 1; channels stand one below the other.
    public let image: Tensor
    public let illustrations: [Illustration]
}

/// The verb `visualize`: what goes on in a trained model while it looks at an image of the test set.
public struct IllustrationRun {
    private let catalog: Catalog
    private let world: any Communicator
    private let note: (String) -> Void

    /// - Parameter note: told, on rank 0, what there is to know about the model's file.
    public init(_ catalog: Catalog, world: any Communicator, note: @escaping (String) -> Void = { _ in }) {
        self.catalog = catalog
        self.world = world
        self.note = note
    }

    /// - Throws: `AgreedFailure` if a rank cannot read the model or the data, or there is no such image.
    public func run(modelFile: String, data: String, index: Int) throws -> IllustratedImage {
        try world.agree {
            let trained = try ModelFile.load(modelFile, catalog)
            if world.rank == 0 { trained.note.map(note) }
            let set = try trained.testSet(data)
            try trained.require(imagesOf: set.shape, from: data)
            guard index < set.count else {
                throw UsageError(
                    "--index: must be from 0 to \(set.count - 1), found \(index)",
                    hint: "\(data) has \(set.count) test images.")
            }
            guard let model = trained.replica.model as? any Illustrated else {
                throw UsageError(
                    "\(modelFile): holds a \(trained.configuration.model), of which there are no pictures",
                    hint: "Name a model trained with another --model.")
            }
            let sample = set.sample(index)
            let input = Tensor(shape: [1] + set.shape.input, sample.input)
            let picture = input.asPictures()
            return IllustratedImage(
                model: trained.configuration.model.name, index: index,
                label: sample.labels.first.map { Int($0) },
                prediction: (model as? any Classifier).map { Int(argmax($0.logits(input)).item) },
                classNames: trained.sample.classNames,
                image: picture.reshaped(to: Array(picture.shape[1...])),
                illustrations: model.illustrations(of: input))
        }
    }
}
