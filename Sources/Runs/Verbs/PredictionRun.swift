import Collectives
import Datasets
import Formats
import Kernels
import NN
import Samples
import TensorEngine
import Training

/// What a model makes of one picture.
public struct Prediction: Equatable, Sendable {
    public let path: String
    /// The image's place in its file, where that can hold several.
    public let index: Int?
    /// One probability for each class.
    public let probabilities: [Float]
    /// What the classes are called, where that is known.
    public let classNames: [String]?

    /// The most probable class.
    public var label: Int { probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0 }

    /// The classes, the most probable first.
    public var ranking: [Int] {
        probabilities.indices.sorted { (probabilities[$1], $0) < (probabilities[$0], $1) }
    }

    /// What a class is called: its number, where it has no name.
    public func name(of label: Int) -> String { classNames?[label] ?? "\(label)" }

    public init(path: String, index: Int?, probabilities: [Float], classNames: [String]? = nil) {
        self.path = path
        self.index = index
        self.probabilities = probabilities
        self.classNames = classNames
    }
}

/// The verb `predict`: what a trained model makes of pictures.
public struct PredictionRun {
    /// Images that go through the model together.
    private static let rows = 100

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
    ///   - images: paths of PNG or IDX files.
    ///   - index: the only image of each IDX file to take.
    /// - Throws: `AgreedFailure` if a rank cannot read the model or a picture.
    public func run(modelFile: String, images: [String], index: Int? = nil) throws -> [Prediction] {
        try world.agree {
            let trained = try ModelFile.load(modelFile, catalog)
            if world.rank == 0 { trained.note.map(note) }
            let (classifier, shape) = (try trained.classifier, trained.sample)
            return try images.flatMap { path in
                try predictions(of: DigitImages(path: path, for: shape, index: index), shape, by: classifier)
            }
        }
    }

    private func predictions(
        of images: DigitImages, _ shape: SampleShape, by classifier: any Classifier
    ) -> [Prediction] {
        stride(from: 0, to: images.count, by: Self.rows).flatMap { start in
            let rows = start..<min(start + Self.rows, images.count)
            let probabilities = classifier.probabilities(of: Tensor(images, rows, shape))
            return zip(rows, probabilities).map {
                Prediction(
                    path: images.path, index: images.indices?[$0], probabilities: $1,
                    classNames: shape.classNames)
            }
        }
    }
}

extension Classifier {
    /// The probabilities of the classes for each sample of `inputs`, `[n, …]`.
    fileprivate func probabilities(of inputs: Tensor) -> [[Float]] {
        let probabilities = softmax(logits(inputs))
        let (count, classes) = (probabilities.shape[0], probabilities.shape[1])
        let values = probabilities.values
        return (0..<count).map { row in Array(values[row * classes..<(row + 1) * classes]) }
    }
}

extension Tensor {
    /// Some of the images, scaled to 0 ... 1: `[rows] + shape.input`.
    fileprivate convenience init(_ images: DigitImages, _ rows: Range<Int>, _ shape: SampleShape) {
        self.init(zeros: [rows.count] + shape.input)
        let size = shape.inputCount
        images.pixels[rows.lowerBound * size..<rows.upperBound * size].withUnsafeBufferPointer {
            if let base = $0.baseAddress { kernels.scalePixels($0.count, base, into: pointer) }
        }
    }
}

extension TrainedModel {
    /// The network, which must tell the class of an image.
    fileprivate var classifier: any Classifier {
        get throws(UsageError) {
            if let classifier = replica.model as? any Classifier { return classifier }
            throw UsageError(
                "\(path): holds a \(configuration.model), which does not tell the class of an image",
                hint: "Name a model that tells classes.")
        }
    }
}
