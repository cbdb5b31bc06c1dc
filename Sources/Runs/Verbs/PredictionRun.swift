import Collectives
import Datasets
import Formats
import Kernels
import NN
import TensorEngine
import Training

/// What a model makes of one picture.
public struct Prediction: Equatable, Sendable {
    public let path: String
    /// The image's place in its file, where that can hold several.
    public let index: Int?
    /// One probability for each class.
    public let probabilities: [Float]

    /// The most probable class.
    public var label: Int { ranking[0] }

    /// The classes, the most probable first.
    public var ranking: [Int] {
        probabilities.indices.sorted { (probabilities[$1], $0) < (probabilities[$0], $1) }
    }

    public init(path: String, index: Int?, probabilities: [Float]) {
        self.path = path
        self.index = index
        self.probabilities = probabilities
    }
}

/// The verb `predict`: what a trained model makes of pictures.
public struct PredictionRun {
    /// Images that go through the model together.
    private static let rows = 100

    private let world: any Communicator

    public init(world: any Communicator) { self.world = world }

    /// - Parameters:
    ///   - images: paths of PNG or IDX files.
    ///   - index: the only image of each IDX file to take.
    /// - Throws: `AgreedFailure` if a rank cannot read the model or a picture.
    public func run(modelFile: String, images: [String], index: Int? = nil) throws -> [Prediction] {
        try world.agree {
            let classifier = try ModelFile.loadClassifier(modelFile)
            return try images.flatMap { path in
                try predictions(of: DigitImages(path: path, index: index), by: classifier)
            }
        }
    }

    private func predictions(of images: DigitImages, by classifier: any Classifier) -> [Prediction] {
        stride(from: 0, to: images.count, by: Self.rows).flatMap { start in
            let rows = start..<min(start + Self.rows, images.count)
            let probabilities = classifier.probabilities(images.pixels, rows)
            return zip(rows, probabilities).map {
                Prediction(path: images.path, index: images.indices?[$0], probabilities: $1)
            }
        }
    }
}

extension Classifier {
    /// The probabilities of the classes of some of the 28×28 images in `pixels`.
    func probabilities(_ pixels: [UInt8], _ rows: Range<Int>) -> [[Float]] {
        let probabilities = softmax(logits(Tensor(pixels: pixels, rows)))
        let classes = probabilities.shape[1]
        let values = probabilities.values
        return (0..<rows.count).map { row in Array(values[row * classes..<(row + 1) * classes]) }
    }
}

extension Tensor {
    /// Some of the 28×28 images in `pixels`, scaled to 0 ... 1: `[rows, 28, 28]`.
    convenience init(pixels: [UInt8], _ rows: Range<Int>) {
        self.init(zeros: [rows.count, MNIST.rows, MNIST.columns])
        let size = MNIST.rows * MNIST.columns
        pixels[rows.lowerBound * size..<rows.upperBound * size].withUnsafeBufferPointer {
            if let base = $0.baseAddress { kernels.scalePixels($0.count, base, into: pointer) }
        }
    }
}

extension ModelFile {
    /// The network of a model file, which must tell the class of an image.
    static func loadClassifier(_ path: String) throws -> any Classifier {
        let (replica, configuration) = try load(path)
        guard let classifier = replica.model as? any Classifier else {
            throw UsageError(
                "\(path): holds a \(configuration.model.rawValue), which does not tell the class of an image",
                hint: "Name a model that classifies digits, such as one trained with --model lstm.")
        }
        return classifier
    }
}
