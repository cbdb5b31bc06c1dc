import Collectives
import Determinism
import Kernels
import Samples
import TensorEngine

/// Runs a model over every sample of a set exactly once, spread over the ranks; the result's bits do not depend on
/// how many there are.
public final class Evaluator {
    /// The set is cut into this many shards, whatever the training's shards are; within one, samples go through
    /// the model in runs of at most `rows`.
    public static let shards = 64
    private static let cut = BatchCut(shards: shards, samples: 0)
    private static let rows = 32

    private let replica: Replica
    private let world: any Communicator
    private let buffers: [Storage]
    private let reduction: TreeReduction

    /// - Throws: `CommunicatorError` if the reduction's messages cannot be set up.
    public init(replica: Replica, world: any Communicator) throws {
        self.replica = replica
        self.world = world
        let needed = TreeReduction.bufferCount(cut: Self.cut, rank: world.rank, size: world.size)
        let width = replica.metrics.width
        buffers = (0..<needed).map { _ in Storage(count: width) }
        reduction = try TreeReduction(
            cut: Self.cut, count: width, buffers: buffers.map(\.pointer), world: world)
    }

    /// - Throws: `CommunicatorError` if a peer is lost.
    public func evaluate(_ set: any SampleSource) throws -> Score { try evaluate(set) { _ in } }

    /// The score, or nil on every rank if one was asked to stop meanwhile.
    ///
    /// - Throws: `CommunicatorError` if a peer is lost.
    func evaluate(_ set: any SampleSource, unless isAskedToStop: () -> Bool) throws -> Score? {
        var agreement = StopAgreement(runs: runs(of: set), world: world)
        let score = try evaluate(
            set, ends: { try agreement.ends(before: $0, isAskedToStop) }, observer: { _ in })
        if score == nil { reduction.abandon() }
        return score
    }

    /// How many runs of samples this rank has.
    private func runs(of set: any SampleSource) -> Int {
        reduction.groups.reduce(0) { count, group in
            let samples = Self.cut.samples(ofShard: group.lowerBound, count: set.count)
            return count + (samples.count + Self.rows - 1) / Self.rows
        }
    }

    /// The score, and which classes were taken for which: nil where the model tells no classes, or too many to look at one
    /// by one.
    ///
    /// - Throws: `CommunicatorError` if a peer is lost.
    public func evaluateClasses(_ set: any SampleSource) throws -> (Score, ConfusionMatrix?) {
        guard 1...ConfusionMatrix.mostClasses ~= set.shape.classes else { return (try evaluate(set), nil) }
        var matrix = ConfusionMatrix(classes: set.shape.classes)
        let score = try evaluate(set) { matrix.measure($0) }
        try matrix.add(over: world)
        return (score, matrix.isEmpty ? nil : matrix)
    }

    private func evaluate(_ set: any SampleSource, observer: (ShardResults) -> Void) throws -> Score {
        guard let score = try evaluate(set, ends: { _ in false }, observer: observer) else {
            preconditionFailure("nobody ends this evaluation")
        }
        return score
    }

    /// - Parameter ends: whether the evaluation ends before this rank's run of that number, the same on all ranks.
    private func evaluate(
        _ set: any SampleSource, ends: (_ run: Int) throws -> Bool, observer: (ShardResults) -> Void
    ) throws -> Score? {
        precondition(set.count > 0, "there is nothing to evaluate")
        return try flushingSubnormals { try score(of: set, ends: ends, observer: observer) }
    }

    private func score(
        of set: any SampleSource, ends: (_ run: Int) throws -> Bool, observer: (ShardResults) -> Void
    ) throws -> Score? {
        var run = 0
        if try runs(of: set) == 0 && ends(0) { return nil }
        for shard in reduction.groups.map(\.lowerBound) {
            let samples = Self.cut.samples(ofShard: shard, count: set.count).map { Int32($0) }
            var part = Score(replica.metrics)
            for start in stride(from: 0, to: samples.count, by: Self.rows) {
                if try ends(run) { return nil }
                measure(
                    samples[start..<min(start + Self.rows, samples.count)], of: set, into: &part,
                    observer: observer)
                run += 1
            }
            part.write(to: buffers[reduction.nextBuffer].pointer)
            reduction.addGroup()
        }
        try reduction.reduce()
        var total = Score(replica.metrics)
        total.read(summed: buffers[0].pointer, samples: set.count)
        return total
    }

    private func measure(
        _ samples: ArraySlice<Int32>, of set: any SampleSource, into score: inout Score,
        observer: (ShardResults) -> Void
    ) {
        let graph = replica.graph(.evaluation, shards: [samples.count], of: set)
        graph.load(samples, of: set, at: .evaluation)
        graph.forward(version: replica.version)
        score += graph.score(of: 0)
        observer(graph.results(of: 0))
        world.heartbeat.beat()
    }
}
