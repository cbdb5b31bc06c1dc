import Collectives
import Datasets
import Formats
import NN
import TensorEngine
import Training

/// A trained model at work on one image.
public struct IllustratedImage {
    public let model: ModelKind
    /// The image's place in the test set, and its class.
    public let index, label: Int
    /// What the model makes of it, where it classifies.
    public let prediction: Int?
    /// `[rows, columns]`, 0 ... 1.
    public let image: Tensor
    public let illustrations: [Illustration]
}

/// The verb `visualize`: what goes on in a trained model while it looks at an image of the test set.
public struct IllustrationRun {
    private let world: any Communicator

    public init(world: any Communicator) { self.world = world }

    /// - Throws: `AgreedFailure` if a rank cannot read the model or the data, or there is no such image.
    public func run(modelFile: String, data: String, index: Int) throws -> IllustratedImage {
        try world.agree {
            let (replica, configuration) = try ModelFile.load(modelFile)
            let set = try MNIST.loadTest(folder: data)
            guard index < set.count else {
                throw UsageError(
                    "--index: must be from 0 to \(set.count - 1), found \(index)",
                    hint: "\(data) has \(set.count) test images.")
            }
            guard let model = replica.model as? any Illustrated else {
                throw UsageError(
                    "\(modelFile): holds a \(configuration.model.rawValue), of which there are no pictures",
                    hint: "Name a model trained with another --model; 'trainer visualize --help' lists them.")
            }
            let images = Tensor(pixels: set.pixels, index..<index + 1)
            let classifier = model as? any Classifier
            let probabilities = classifier?.probabilities(set.pixels, index..<index + 1)[0]
            return IllustratedImage(
                model: configuration.model, index: index, label: Int(set.labels[index]),
                prediction: probabilities.map { values in values.indices.max { values[$0] < values[$1] }! },
                image: images.reshaped(to: [set.rows, set.columns]),
                illustrations: model.illustrations(of: images))
        }
    }
}
