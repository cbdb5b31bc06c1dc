import Kernels

/// Each image is a sample, the same in every epoch.
extension ImageSet: SampleSource {
    public var labelsPerSample: Int { 1 }

    public func read(
        _ sample: Int, epoch: Int, pixels target: UnsafeMutablePointer<Float>,
        labels: UnsafeMutablePointer<Int32>
    ) {
        let size = rows * columns
        pixels.withUnsafeBufferPointer { pixels in
            let image = UnsafeBufferPointer(rebasing: pixels[sample * size..<(sample + 1) * size])
            guard let start = image.baseAddress else { return }
            scalePixels(size, start, into: target)
        }
        labels[0] = Int32(self.labels[sample])
    }
}
