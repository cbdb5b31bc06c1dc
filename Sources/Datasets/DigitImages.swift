import Formats
import Samples

/// Pictures as a network's samples have them: bytes, 0 is background, 255 is ink.
public struct DigitImages: Equatable, Sendable {
    public let path: String
    /// The place of each image in its file, where that can hold several.
    public let indices: [Int]?
    /// `[count] + shape.input`.
    public let pixels: [UInt8]
    /// How many images there are.
    public let count: Int

    /// Reads a PNG, whose digit is made to look as MNIST's do, or an IDX file of images, plain or gzip.
    ///
    /// - Parameters:
    ///   - shape: of the samples that the network was trained on. A PNG can become a grey image of any size.
    ///   - index: the only image of an IDX file to take; every one by default.
    /// - Throws: `FileError`: `.missing`, or `.malformed` if it is neither, shows nothing or holds no such image.
    public init(path: String, for shape: SampleShape, index: Int? = nil) throws(FileError) {
        let bytes = try Files.read(path)
        self.path = path
        if PNG.isPNG(bytes) {
            guard (index ?? 0) == 0 else {
                throw FileError(
                    .malformed, path,
                    "expected an IDX file with an image \(index ?? 0), found a PNG, which has one",
                    advice: "leave out --index")
            }
            guard let size = shape.image, size.channels == 1 else {
                throw FileError(
                    .malformed, path, "found a PNG, which becomes a grey image, but the model takes \(shape)",
                    advice: "write the samples to an IDX file")
            }
            indices = nil
            pixels = try Self.digit(PNG(parsing: bytes, path: path), size, path: path)
            count = 1
            return
        }
        guard Gzip.isCompressed(bytes) || bytes.starts(with: [0, 0]) else {
            throw FileError(
                .malformed, path, "expected a PNG or an IDX file, found bytes \(bytes.prefix(4).hexadecimal)",
                advice: "convert it to PNG")
        }
        let images = try IDX.read(path)
        guard images.shape.dropFirst() == shape.input[...] else {
            throw FileError(
                .malformed, path,
                "the model takes \(shape), found an array of shape \(images.shape), count first",
                advice: "name the file of the images, not of the labels, or convert them to PNG")
        }
        let size = shape.inputCount
        guard let index else {
            indices = Array(0..<images.shape[0])
            pixels = images.bytes
            count = images.shape[0]
            return
        }
        guard index < images.shape[0] else {
            throw FileError(
                .malformed, path, "expected an image \(index), found \(images.shape[0]) images",
                advice: "choose --index from 0 to \(images.shape[0] - 1)")
        }
        indices = [index]
        pixels = Array(images.bytes[index * size..<(index + 1) * size])
        count = 1
    }

    /// A digit of any size, colour and place, by the steps MNIST was made by: fitted into the middle 20 of its 28 rows and
    /// columns, or as much of another size.
    static func digit(_ picture: PNG, _ size: ImageSize, path: String) throws(FileError) -> [UInt8] {
        // A distance, a number and what they are sorted by, for each pixel.
        try FileError.requireMemory(picture.width * picture.height * 32, path, "to find a digit in it")
        let ink = Ink(picture)
        guard ink.maximum >= 8, let digit = ink.cropped() else {
            throw FileError(
                .malformed, path, "expected a digit, found a picture of one colour",
                advice: "name a picture of one digit that stands out from its background")
        }
        let inner = max(1, (min(size.rows, size.columns) * 20 + 14) / 28)
        return digit.fitted(into: inner).centered(rows: size.rows, columns: size.columns).bytes
    }
}
