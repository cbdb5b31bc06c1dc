import CCPU
import Kernels
import Samples

/// Each image is a sample, the same in every epoch; its bytes become numbers 0 ... 1.
extension ImageSet: SampleSource {
    public func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
        precondition(sample >= 0 && sample < count, "sample \(sample) of \(count)")
        let size = shape.inputCount
        pixels.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { return }
            kernels.scalePixels(size, base + sample * size, into: slot.input)
        }
        slot.labels[0] = labels[sample]
    }

    public func prefetch(_ sample: Int) {
        let size = shape.inputCount
        pixels.withUnsafeBytes { all in
            guard let base = all.baseAddress, sample >= 0 && sample < count else { return }
            for byte in stride(from: 0, to: size, by: 64) { lockstep_prefetch(base + sample * size + byte) }
        }
    }
}
