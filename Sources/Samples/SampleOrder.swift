import Determinism

/// The order in which an epoch visits the samples: a uniform shuffle that is a pure function of (seed, epoch).
public struct SampleOrder: Sendable {
    /// A permutation of 0 ..< count.
    public let indices: [Int32]

    public init(count: Int, seed: UInt64, epoch: Int) {
        var stream = RandomStream(seed: seed, name: "sample order", index: epoch)
        var indices = (0..<Int32(count)).map { $0 }
        // Fisher and Yates, from the end.
        for last in stride(from: count - 1, to: 0, by: -1) {
            indices.swapAt(last, Int(stream.nextInteger(below: UInt32(last + 1))))
        }
        self.indices = indices
    }
}

/// How a run of optimizer steps goes over the samples: an epoch is ⌈samples / batch⌉ steps, the last one shorter.
public struct BatchPlan: Sendable, Equatable {
    public let samples: Int
    public let globalBatch: Int

    public init(samples: Int, globalBatch: Int) {
        precondition(samples > 0 && globalBatch > 0, "a plan needs samples and a batch size")
        self.samples = samples
        self.globalBatch = globalBatch
    }

    public var stepsPerEpoch: Int { (samples + globalBatch - 1) / globalBatch }

    /// The epoch, from 0, that the step after `step` others belongs to.
    public func epoch(ofStep step: Int) -> Int { step / stepsPerEpoch }

    /// The positions in the epoch's order that this step's batch holds.
    public func positions(ofStep step: Int) -> Range<Int> {
        let start = step % stepsPerEpoch * globalBatch
        return start..<min(start + globalBatch, samples)
    }

    /// How many samples the first `steps` steps visit.
    public func samplesSeen(after steps: Int) -> Int {
        steps / stepsPerEpoch * samples + steps % stepsPerEpoch * globalBatch
    }
}
