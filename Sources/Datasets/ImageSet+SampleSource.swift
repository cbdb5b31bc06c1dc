import CCPU
import Kernels
import Samples

/// Each image is a sample, the same in every epoch; its bytes become numbers 0 ... 1.
extension ImageSet: SampleSource {
    public func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
        slot.labels[0] = labels[sample]
        withBytes(of: sample) { kernels.scalePixels(shape.inputCount, $0, into: slot.input) }
    }

    /// Writes a sample's bytes as numbers 0 ... 1, in runs of so many.
    ///
    /// - Parameter stride: floats from one run of the target to the next.
    func copyPixels(
        of sample: Int, into target: UnsafeMutablePointer<Float>, runs length: Int, stride: Int
    ) {
        withBytes(of: sample) { bytes in
            for run in 0..<shape.inputCount / length {
                kernels.scalePixels(length, bytes + run * length, into: target + run * stride)
            }
        }
    }

    @inline(__always)
    private func withBytes(of sample: Int, _ body: (UnsafePointer<UInt8>) -> Void) {
        precondition(sample >= 0 && sample < count, "sample \(sample) of \(count)")
        pixels.withUnsafeBufferPointer { all in
            if let base = all.baseAddress { body(base + sample * shape.inputCount) }
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
