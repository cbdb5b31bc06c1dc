import Formats
import Samples

/// SHA-256 of both halves of a data set, as 64 hexadecimal digits: the same for the same samples, whatever files they
/// came from.
public func dataDigest(train: any SampleSource, test: any SampleSource) -> String {
    var hasher = SHA256()
    for half in [train, test] {
        if let images = half as? ImageSet { images.add(to: &hasher) } else { add(half, to: &hasher) }
    }
    return hasher.finalize().hexadecimal
}

extension ImageSet {
    /// Sizes, pixels and labels; labels as bytes, where there are no more than 256 classes.
    func add(to hasher: inout SHA256) {
        addSizes([count] + shape.input, to: &hasher)
        hasher.update(pixels)
        if shape.classes <= 256 {
            hasher.update(labels.map { UInt8($0) })
        } else {
            labels.withUnsafeBytes { hasher.update($0) }
        }
    }
}

/// The samples of any source, as the first epoch shows them.
private func add(_ source: any SampleSource, to hasher: inout SHA256) {
    let shape = source.shape
    addSizes([source.count] + shape.input + [shape.classes, shape.labelsPerSample], to: &hasher)
    addSizes(shape.numbers ?? [], to: &hasher)
    for index in 0..<source.count {
        let sample = source.sample(index)
        sample.input.withUnsafeBytes { hasher.update($0) }
        sample.labels.withUnsafeBytes { hasher.update($0) }
        sample.numbers.withUnsafeBytes { hasher.update($0) }
    }
}

private func addSizes(_ sizes: [Int], to hasher: inout SHA256) {
    for size in sizes { withUnsafeBytes(of: UInt64(size).littleEndian) { hasher.update($0) } }
}
