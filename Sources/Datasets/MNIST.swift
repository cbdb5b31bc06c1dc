import Formats

/// The MNIST handwritten digits (LeCun, Cortes and Burges 1998): 28×28 grey images of 0...9.
///
/// A folder may hold them as the four IDX files, plain or gzip, in torchvision's layout below it (`MNIST/raw`), or as
/// Keras's `mnist.npz`.
public enum MNIST {
    public static let rows = 28
    public static let columns = 28
    public static let classes = 10

    /// Reads both halves.
    ///
    /// - Throws: `FileError`: `.missing` where the folder or a file is not there, `.malformed` for anything in the
    ///   files that is not MNIST.
    public static func load(folder: String) throws(FileError) -> (train: ImageSet, test: ImageSet) {
        let source = try MNISTSource(folder: folder, halves: [.train, .test])
        return (try imageSet(source, .train), try imageSet(source, .test))
    }

    /// Reads the test half, and does not ask for the other.
    public static func loadTest(folder: String) throws(FileError) -> ImageSet {
        try imageSet(try MNISTSource(folder: folder, halves: [.test]), .test)
    }

    /// SHA-256 of both halves: the same for the same images, whatever files they came from.
    public static func fingerprint(train: ImageSet, test: ImageSet) -> String {
        var hasher = SHA256()
        train.add(to: &hasher)
        test.add(to: &hasher)
        return hasher.finalize().hexadecimal
    }

    private static func imageSet(_ source: MNISTSource, _ half: MNISTHalf) throws(FileError) -> ImageSet {
        let images = try source.images(half)
        guard images.shape.count == 3, images.shape[1...] == [rows, columns] else {
            throw malformed(images, "expected images of \(rows)×\(columns), found shape \(images.shape)")
        }
        let labels = try source.labels(half)
        guard labels.shape.count == 1 else {
            throw malformed(labels, "expected one label for each image, found shape \(labels.shape)")
        }
        guard images.shape[0] == labels.shape[0] else {
            throw malformed(
                images,
                "expected as many images as labels, found \(images.shape[0]) images here "
                    + "and \(labels.shape[0]) labels in \(labels.path)")
        }
        guard images.shape[0] > 0 else { throw malformed(images, "expected at least one image, found none") }
        if let index = labels.bytes.firstIndex(where: { $0 >= classes }) {
            throw malformed(
                labels, "expected labels 0...\(classes - 1), found \(labels.bytes[index]) at index \(index)")
        }
        return ImageSet(rows: rows, columns: columns, pixels: images.bytes, labels: labels.bytes)
    }

    private static func malformed(_ array: ByteArray, _ reason: String) -> FileError {
        FileError(.malformed, array.path, reason, advice: "download MNIST again with scripts/fetch-mnist")
    }
}
