import Formats

/// Labelled grey images, kept as the bytes of the data set: a quarter of the memory of floats.
public struct ImageSet: Equatable, Sendable {
    public let count: Int
    public let rows: Int
    public let columns: Int
    /// `[count, rows, columns]`: 0 is background, 255 is ink.
    public let pixels: [UInt8]
    /// `[count]`.
    public let labels: [UInt8]

    public init(rows: Int, columns: Int, pixels: [UInt8], labels: [UInt8]) {
        precondition(
            pixels.count == labels.count * rows * columns,
            "\(labels.count) images of \(rows)×\(columns) need as many pixels, got \(pixels.count)")
        self.count = labels.count
        self.rows = rows
        self.columns = columns
        self.pixels = pixels
        self.labels = labels
    }

    /// SHA-256 of sizes, pixels and labels: the same for the same images, whatever files they came from.
    public var fingerprint: String {
        var hasher = SHA256()
        add(to: &hasher)
        return hasher.finalize().hexadecimal
    }

    func add(to hasher: inout SHA256) {
        for size in [count, rows, columns] {
            withUnsafeBytes(of: UInt64(size).littleEndian) { hasher.update($0) }
        }
        hasher.update(pixels)
        hasher.update(labels)
    }
}
