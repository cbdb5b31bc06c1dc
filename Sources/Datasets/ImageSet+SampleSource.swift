import CCPU
import Kernels
import Samples

/// Each image is a sample, the same in every epoch; its bytes become numbers 0 ... 1.
extension ImageSet: SampleSource {
    public func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
        let size = shape.inputCount
        copyPixels(of: sample, into: slot.input, runs: size, stride: size)
        slot.labels[0] = labels[sample]
    }

    /// Writes a sample's bytes as numbers 0 ... 1, in runs of so many.
    ///
    /// - Parameter stride: floats from one run of the target to the next.
    func copyPixels(
        of sample: Int, into target: UnsafeMutablePointer<Float>, runs length: Int, stride: Int
    ) {
        precondition(sample >= 0 && sample < count, "sample \(sample) of \(count)")
        let size = shape.inputCount
        pixels.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { return }
            for run in 0..<size / length {
                kernels.scalePixels(
                    length, base + sample * size + run * length, into: target + run * stride)
            }
        }
    }

    public func prefetch(_ sample: Int) {
        let size = shape.inputCount
        pixels.withUnsafeBytes { all in
            guard let base = all.baseAddress, sample >= 0 && sample < count else { return }
            for byte in stride(from: 0, to: size, by: 64) { lockstep_prefetch(base + sample * size + byte) }
        }
    }
}
