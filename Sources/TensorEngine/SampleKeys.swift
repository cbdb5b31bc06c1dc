import Determinism
import Limits

/// What the random numbers of a batch depend on; overwritten when a recorded graph is replayed on other samples.
///
/// A number drawn for a sample is a pure function of (seed, step, sample, what for): it is the same in whatever
/// shard, and on whatever rank, the sample is computed.
public final class SampleKeys {
    public var seed: UInt64 = 0
    /// The optimizer steps taken before; 0 in evaluation.
    public var step = 0
    public let count: Int
    /// The number of each sample in its data set.
    public let samples: UnsafeMutablePointer<Int32>

    /// How sums over the samples are taken, where they are those of several shards.
    public let sumOrder: SumOrder?

    public init(count: Int, sumOrder: SumOrder? = nil) {
        self.count = count
        self.sumOrder = sumOrder
        samples = Memory.zeros(count, of: Int32.self, "for the numbers of \(count) samples")
    }

    deinit { Memory.release(samples) }

    /// The numbers of the sample at `index` of the batch.
    ///
    /// - Parameter name: what they are for, such as the name of a layer.
    public func stream(at index: Int, name: String) -> RandomStream {
        RandomStream(seed: seed, name: name, index: Int(samples[index]), step: step)
    }
}
