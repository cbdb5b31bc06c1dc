import Samples

/// Labelled images, or rows of features, kept as the bytes of the data set: a quarter of the memory of floats.
public struct ImageSet: Equatable, Sendable {
    public let shape: SampleShape
    public let count: Int
    /// `[count] + shape.input`: 0 is background, 255 is ink.
    public let pixels: [UInt8]
    /// `[count]`, each below `shape.classes`.
    public let labels: [Int32]

    /// - Parameter shape: whose target is one class.
    public init(shape: SampleShape, pixels: [UInt8], labels: [Int32]) {
        precondition(
            pixels.count == labels.count * shape.inputCount,
            "\(labels.count) samples of \(shape) need \(shape.inputCount) bytes each, got \(pixels.count)")
        precondition(
            shape.labelsPerSample == 1 && labels.allSatisfy { 0..<shape.classes ~= Int($0) },
            "every label must be below the \(shape.classes) classes")
        self.shape = shape
        self.count = labels.count
        self.pixels = pixels
        self.labels = labels
    }
}
