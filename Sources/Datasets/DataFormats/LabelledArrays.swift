import Formats
import Samples

/// An array, and where it was read, for messages.
struct FileArray<Element: Sendable>: Sendable {
    let path: String
    let shape: [Int]
    let values: [Element]

    func malformed(_ reason: String) -> FileError {
        FileError(.malformed, path, reason, advice: "check the file, or copy or download it again")
    }
}

/// One half of a data set: what the samples look like, `[count, …]`, and the class of each.
struct LabelledArrays {
    let images: FileArray<UInt8>
    let labels: FileArray<Int32>
    /// How many classes the labels show, from 0 to the largest.
    let classes: Int

    /// - Throws: `FileError.malformed` where the arrays are not a half of a data set.
    init(images: FileArray<UInt8>, labels: FileArray<Int32>) throws(FileError) {
        self.images = images
        self.labels = labels
        guard 2...4 ~= images.shape.count else {
            throw images.malformed(
                "expected images of [count, rows, columns], with channels of four sizes, or [count, features], "
                    + "found shape \(images.shape)")
        }
        // Keras keeps labels as one column.
        guard labels.shape.count == 1 || labels.shape.dropFirst() == [1] else {
            throw labels.malformed("expected one label for each image, found shape \(labels.shape)")
        }
        guard images.shape[0] == labels.shape[0] else {
            throw images.malformed(
                "expected as many images as labels, found \(images.shape[0]) images here "
                    + "and \(labels.shape[0]) labels in \(labels.path)")
        }
        guard 1...Int(Int32.max) ~= images.shape[0] else {
            throw images.malformed("expected 1 to \(Int32.max) images, found \(images.shape[0])")
        }
        guard !images.shape.contains(0) else {
            throw images.malformed("expected no size of 0, found shape \(images.shape)")
        }
        classes = Int(labels.values.max() ?? 0) + 1
    }

    /// The size of an image; one channel is none.
    var input: [Int] {
        let sizes = images.shape[1...]
        return Array(sizes.count == 3 && sizes.first == 1 ? sizes.dropFirst() : sizes)
    }

    /// The samples of halves, whose classes are those that any label shows.
    ///
    /// - Parameter classes: how many classes there are at least.
    /// - Throws: `FileError.malformed` where the halves do not belong together, or there is nothing to tell apart.
    static func samples(_ halves: [LabelledArrays], classes: Int) throws(FileError) -> [any SampleSource] {
        let classes = halves.reduce(classes) { max($0, $1.classes) }
        let shape = SampleShape(input: halves[0].input, target: .classes(classes))
        for half in halves where half.input != shape.input {
            throw half.images.malformed(
                "expected images of \(shape.input), as in \(halves[0].images.path), found \(half.input)")
        }
        guard classes >= 2 else {
            throw halves[0].labels.malformed("expected at least 2 classes, found only the label 0")
        }
        if let problem = shape.problem { throw halves[0].images.malformed(problem) }
        return halves.map { ImageSet(shape: shape, pixels: $0.images.values, labels: $0.labels.values) }
    }
}
