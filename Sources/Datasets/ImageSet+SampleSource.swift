import CCPU
import Kernels

/// Each image is a sample, the same in every epoch.
extension ImageSet: SampleSource {
    public var labelsPerSample: Int { 1 }

    public func read(
        _ sample: Int, epoch: Int, pixels: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Int32>
    ) {
        copyPixels(of: sample, into: pixels, stride: columns)
        labels[0] = Int32(self.labels[sample])
    }

    public func prepare(_ image: Int) {
        let size = rows * columns
        pixels.withUnsafeBytes { all in
            guard let base = all.baseAddress, image >= 0 && image < count else { return }
            for byte in stride(from: 0, to: size, by: 64) { lockstep_prefetch(base + image * size + byte) }
        }
    }

    /// Writes an image as numbers 0 ... 1.
    ///
    /// - Parameter stride: floats from one row of the target to the next.
    func copyPixels(of image: Int, into target: UnsafeMutablePointer<Float>, stride: Int) {
        let size = rows * columns
        precondition(image >= 0 && image < count, "image \(image) of \(count)")
        pixels.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { return }
            let start = base + image * size
            if stride == columns { return kernels.scalePixels(size, start, into: target) }
            for row in 0..<rows {
                kernels.scalePixels(columns, start + row * columns, into: target + row * stride)
            }
        }
    }
}
