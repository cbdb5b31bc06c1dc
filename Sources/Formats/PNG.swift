import CPNG

/// A picture of 8-bit samples, and its PNG file (ISO/IEC 15948).
public struct PNG: Equatable, Sendable {
    /// What a pixel is made of, in the order of its bytes.
    public enum Format: Int, Sendable {
        case gray = 1
        case grayAlpha, rgb, rgba

        public var channels: Int { rawValue }
        public var hasColor: Bool { self == .rgb || self == .rgba }
        public var hasAlpha: Bool { self == .grayAlpha || self == .rgba }

        init(hasColor: Bool, hasAlpha: Bool) {
            self = hasColor ? (hasAlpha ? .rgba : .rgb) : (hasAlpha ? .grayAlpha : .gray)
        }
    }

    public let width: Int
    public let height: Int
    public let format: Format
    /// `[height, width, channels]`, sRGB; alpha is not multiplied in.
    public let pixels: [UInt8]

    public init(width: Int, height: Int, format: Format, pixels: [UInt8]) {
        precondition(
            width > 0 && height > 0 && pixels.count == width * height * format.channels,
            "\(width)×\(height) \(format) needs \(width * height * format.channels) bytes, got \(pixels.count)"
        )
        self.width = width
        self.height = height
        self.format = format
        self.pixels = pixels
    }

    /// More pixels than this are no digit, but a file made to fill the memory.
    static let maximumPixels = 64 << 20

    /// Whether the content, whatever the file's name, is PNG.
    public static func isPNG(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    }

    /// Reads PNG bytes of any kind (palette, 1 to 16 bits, interlaced) as 8-bit samples; `path` is named in errors.
    ///
    /// - Throws: `.malformed` with libpng's reason, or if it has more than 64 Mi pixels.
    public init(parsing bytes: [UInt8], path: String) throws(FileError) {
        try refuseWebPage(bytes, path: path)
        guard Self.isPNG(bytes) else {
            throw .malformed(
                path, "expected a PNG file (starting 89504e47), found bytes \(bytes.prefix(4).hexadecimal)",
                advice: "convert it to PNG")
        }
        var image = png_image()
        defer { png_image_free(&image) }
        let read = bytes.withUnsafeBytes { bytes -> Result<(Format, [UInt8]), FileError> in
            // libpng reads from the caller's memory until it has finished.
            guard lockstep_png_begin(&image, bytes.baseAddress, bytes.count) != 0 else {
                return .failure(.damaged(path, image))
            }
            let (width, height) = (Int(image.width), Int(image.height))
            guard width * height <= Self.maximumPixels else {
                return .failure(
                    .malformed(
                        path, "expected at most \(Self.maximumPixels) pixels, found \(width)×\(height)",
                        advice: "make it smaller"))
            }
            let format = Format(
                hasColor: lockstep_png_has_color(&image) != 0, hasAlpha: lockstep_png_has_alpha(&image) != 0)
            do throws(FileError) {
                // libpng may keep the picture once more, in 16 bits.
                try FileError.requireMemory(width * height * format.channels * 3, path)
            } catch {
                return .failure(error)
            }
            var pixels = [UInt8](repeating: 0, count: width * height * format.channels)
            guard lockstep_png_finish(&image, &pixels) != 0 else { return .failure(.damaged(path, image)) }
            return .success((format, pixels))
        }
        (format, pixels) = try read.get()
        width = Int(image.width)
        height = Int(image.height)
    }

    /// The bytes of the file: the same for the same picture, with the same libraries.
    public var encoded: [UInt8] {
        let image = lockstep_png_description(
            UInt32(width), UInt32(height), format.hasColor ? 1 : 0, format.hasAlpha ? 1 : 0)
        return [UInt8](unsafeUninitializedCapacity: lockstep_png_maximum_size(image)) { buffer, count in
            count = buffer.count
            let done = lockstep_png_write(image, pixels, buffer.baseAddress, &count)
            precondition(done != 0, "libpng cannot write a picture of \(width)×\(height)")
        }
    }
}

extension FileError {
    fileprivate static func damaged(_ path: String, _ image: png_image) -> FileError {
        let words = withUnsafeBytes(of: image.message) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        return .malformed(path, "not a sound PNG: \(words)")
    }
}
