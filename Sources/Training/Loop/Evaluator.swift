import Collectives
import Datasets
import Kernels
import TensorEngine

/// Loss and accuracy over a whole set of samples.
public struct Evaluation: Equatable, Sendable {
    /// The mean over the samples.
    public let loss: Double
    public let correct: Int
    public let total: Int
    public var accuracy: Double { Double(correct) / Double(total) }
}

/// Runs a model over every sample of a set exactly once, spread over the ranks; the result's bits do not depend on
/// how many there are.
final class Evaluator {
    /// The set is cut into this many shards, whatever the training's shards are; within one, samples go through
    /// the model in runs of at most `rows`.
    private static let shards = 64
    private static let rows = 160

    private let replica: Replica
    private let world: any Communicator
    private let buffers: [Storage]
    private let reduction: TreeReduction

    init(replica: Replica, world: any Communicator) {
        self.replica = replica
        self.world = world
        let needed = TreeReduction.bufferCount(shards: Self.shards, rank: world.rank, size: world.size)
        buffers = (0..<needed).map { _ in Storage(count: 2) }
        reduction = TreeReduction(
            shards: Self.shards, count: 2, buffers: buffers.map(\.pointer), world: world)
    }

    /// - Throws: `CommunicatorError` if a peer is lost.
    func evaluate(_ set: ImageSet) throws -> Evaluation {
        precondition(set.count > 0, "there is nothing to evaluate")
        for shard in ownedShards(Self.shards, rank: world.rank, size: world.size) {
            let (loss, correct) = outcome(of: shardRange(shard, of: Self.shards, count: set.count), in: set)
            let buffer = buffers[reduction.nextBuffer].pointer
            buffer[0] = loss
            buffer[1] = Float(correct)
            reduction.addShard()
        }
        try reduction.reduce()
        let (loss, correct) = (buffers[0].pointer[0], buffers[0].pointer[1])
        return Evaluation(loss: Double(loss) / Double(set.count), correct: Int(correct), total: set.count)
    }

    private func outcome(of range: Range<Int>, in set: ImageSet) -> (loss: Float, correct: Int) {
        let samples = range.map { Int32($0) }
        var (loss, correct): (Float, Int) = (0, 0)
        for start in stride(from: 0, to: samples.count, by: Self.rows) {
            let run = samples[start..<min(start + Self.rows, samples.count)]
            let graph = replica.graph(samples: run.count, of: set)
            graph.load(run, of: set)
            let part = graph.forward()
            loss += part.loss
            correct += part.correct
        }
        return (loss, correct)
    }
}
