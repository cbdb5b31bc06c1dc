import Formats

/// Pictures of digits as MNIST has them: 28×28 bytes, 0 is background, 255 is ink.
public struct DigitImages: Equatable, Sendable {
    public let path: String
    /// The place of each image in its file, where that can hold several.
    public let indices: [Int]?
    /// `[count, 28, 28]`.
    public let pixels: [UInt8]

    public var count: Int { pixels.count / (MNIST.rows * MNIST.columns) }

    /// Reads a PNG, whose digit is made to look as MNIST's do, or an IDX file of images, plain or gzip.
    ///
    /// - Parameter index: the only image of an IDX file to take; every one by default.
    /// - Throws: `FileError`: `.missing`, or `.malformed` if it is neither, shows nothing or holds no such image.
    public init(path: String, index: Int? = nil) throws(FileError) {
        let bytes = try Files.read(path)
        self.path = path
        if PNG.isPNG(bytes) {
            guard (index ?? 0) == 0 else {
                throw FileError(
                    .malformed, path,
                    "expected an IDX file with an image \(index ?? 0), found a PNG, which has one",
                    advice: "leave out --index")
            }
            indices = nil
            pixels = try Self.digit(PNG(parsing: bytes, path: path), path: path)
            return
        }
        guard Gzip.isCompressed(bytes) || bytes.starts(with: [0, 0]) else {
            throw FileError(
                .malformed, path, "expected a PNG or an IDX file, found bytes \(bytes.prefix(4).hexadecimal)",
                advice: "convert it to PNG")
        }
        let images = try IDX.read(path)
        let size = MNIST.rows * MNIST.columns
        guard images.shape.count == 3, images.shape[1...] == [MNIST.rows, MNIST.columns] else {
            throw FileError(
                .malformed, path,
                "expected images of \(MNIST.rows)×\(MNIST.columns), found shape \(images.shape)",
                advice: "name the file of the images, not of the labels, or convert them to PNG")
        }
        guard let index else {
            indices = Array(0..<images.shape[0])
            pixels = images.bytes
            return
        }
        guard index < images.shape[0] else {
            throw FileError(
                .malformed, path, "expected an image \(index), found \(images.shape[0]) images",
                advice: "choose --index from 0 to \(images.shape[0] - 1)")
        }
        indices = [index]
        pixels = Array(images.bytes[index * size..<(index + 1) * size])
    }

    /// A digit of any size, colour and place, by the steps MNIST was made by.
    static func digit(_ picture: PNG, path: String) throws(FileError) -> [UInt8] {
        let ink = Ink(picture)
        guard ink.maximum >= 8, let digit = ink.cropped() else {
            throw FileError(
                .malformed, path, "expected a digit, found a picture of one colour",
                advice: "name a picture of one digit that stands out from its background")
        }
        return digit.fitted(into: 20).centered(in: MNIST.rows).bytes
    }
}
