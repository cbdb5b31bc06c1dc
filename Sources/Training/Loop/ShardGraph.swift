import Kernels
import NN
import Samples
import TensorEngine

/// When samples are visited: what they look like, and what is drawn for them, depends on it.
public struct Moment: Sendable {
    public let seed: UInt64
    public let step, epoch: Int

    /// Every evaluation sees the same.
    public static let evaluation = Moment(seed: 0, step: 0, epoch: 0)
}

extension Batch {
    /// Reads samples, and notes what is drawn for them.
    public func load(_ samples: ArraySlice<Int32>, of set: any SampleSource, at moment: Moment) {
        precondition(samples.count == count, "\(samples.count) samples for a batch of \(count)")
        precondition(set.shape.matches(shape), "samples of \(set.shape) for a batch of \(shape)")
        (keys.seed, keys.step) = (moment.seed, moment.step)
        let ahead = 16  // samples whose memory is on its way
        for sample in samples.prefix(ahead) { set.prefetch(Int(sample)) }
        for (place, sample) in samples.enumerated() {
            if place + ahead < count { set.prefetch(Int(samples[samples.startIndex + place + ahead])) }
            keys.samples[place] = sample
            set.read(Int(sample), epoch: moment.epoch, into: slot(place))
        }
    }
}

/// A model's graph, recorded for shards of certain sizes and replayed for every group of such shards.
public final class ShardGraph {
    private let batch: Batch
    private let outcome: Outcome
    private let recording: Recording
    /// Samples of each shard.
    private let shards: [Int]
    /// The place among the parameters of each of the recording's leaves; of all, where gradients are written directly.
    private let parameterOfLeaf: [Int]
    private let parameters: [Tensor]
    /// The parameters that the last forward pass took in.
    private var version: Int?
    private lazy var relay = LeafRelay(parameterOfLeaf)
    /// The score of the shard that was last measured; it keeps its memory.
    private var measured: Score

    /// As many samples as one pass should have that computes several shards; nil where some op on the way to the loss
    /// cannot sum them apart.
    static func preferredPassSize(_ model: any Model, of set: any SampleSource) -> Int? {
        let batch = Batch(count: 2, shards: [1, 1], of: set.shape)
        let outcome = model.outcome(of: batch, mode: .training)
        let loss = outcome.loss
        let recording = Recording(of: loss)
        guard outcome.gradients == nil,
            loss.count == 2 && loss.sumOrder?.shards.count == 2 && recording.usesLeavesOnce
        else {
            return nil
        }
        // Activations of few samples stay in the cache. But weights that are used once for each sample, or are larger than
        // any cache, and gradients as large, are better read and written once for many.
        let weights = recording.leaves.reduce(0) { $0 + $1.count }
        let usesPerSample = recording.multiplications.forward / 2 / max(weights, 1)
        return usesPerSample <= 1 || weights > 2_000_000 ? 128 : 32
    }

    init(model: any Model, metrics: MetricSet, mode: Mode, shards: [Int], of set: any SampleSource) {
        self.shards = shards
        measured = Score(metrics)
        batch = Batch(count: shards.reduce(0, +), shards: shards, of: set.shape)
        outcome = model.outcome(of: batch, mode: mode)
        requireShape(
            outcome.loss.count == shards.count,
            "a loss of shape \(outcome.loss.shape): it needs one value, the sum over the samples")
        let named = model.namedParameters
        let parameters = named.map(\.parameter.tensor)
        self.parameters = parameters
        if let gradients = outcome.gradients, mode == .training {
            requireShape(
                gradients.map(\.shape) == parameters.map(\.shape),
                "gradients of shapes \(gradients.map(\.shape)) are written for parameters of "
                    + "\(parameters.map(\.shape))")
            recording = Recording(of: [outcome.loss] + gradients)
            parameterOfLeaf = Array(parameters.indices)
            return
        }
        recording = Recording(of: outcome.loss)
        parameterOfLeaf = recording.leaves.map { leaf in
            let parameter = parameters.firstIndex { $0 === leaf }
            requireShape(
                parameter != nil,
                """
                a tensor of shape \(leaf.shape) wants a gradient, but is not among the model's parameters: list it, or \
                the module that holds it
                """)
            return parameter ?? 0
        }
        let used = Set(parameterOfLeaf)
        let unused = parameters.indices.filter { !used.contains($0) }.map { "'\(named[$0].name)'" }
        requireShape(
            mode == .evaluation || unused.isEmpty,
            "the loss does not depend on \(unused.joined(separator: ", ")): use it, or do not list it")
    }

    /// Multiplications of the products in a forward and in a backward pass.
    public var multiplications: (forward: Int, backward: Int) { recording.multiplications }

    /// Reads samples into the graph's inputs.
    func load(_ samples: ArraySlice<Int32>, of set: any SampleSource, at moment: Moment) {
        batch.load(samples, of: set, at: moment)
    }

    /// Computes the losses of the loaded samples.
    ///
    /// - Parameter version: tells the parameters from those of other passes.
    func forward(version: Int) {
        recording.forward(parametersChanged: version != self.version)
        self.version = version
    }

    /// What the model makes of the loaded samples, added over the shards' tree as floats.
    func writeScore(to target: Floats) {
        guard let order = batch.inputs.sumOrder else { return score(of: 0).write(to: target) }
        let width = measured.metrics.width
        withUnsafeTemporaryAllocation(of: Float.self, capacity: order.schedule.depth * width) {
            partialSums in
            guard let base = partialSums.baseAddress else { return }
            order.schedule.run { shard, level in
                score(of: shard).write(to: base + level * width)
            } merge: { level in
                let sum = base + level * width
                kernels.add(width, sum, sum + width, into: sum)
            }
            kernels.copy(width, base, into: target)
        }
    }

    /// What the metrics measure of a shard's samples.
    func score(of shard: Int) -> Score {
        measured.clear()
        measured.measure(results(of: shard))
        return measured
    }

    /// What the model made of a shard's samples.
    func results(of shard: Int) -> ShardResults {
        let (samples, first) = (shards[shard], shards[..<shard].reduce(0, +))
        let (perSample, numbers) = (batch.shape.labelsPerSample, batch.shape.numbersPerSample)
        return ShardResults(
            samples: samples, loss: Double(outcome.loss.pointer[shard]),
            classification: outcome.logits.map { logits in
                ShardResults.Classification(
                    logits: logits.pointer + first * perSample * logits.shape[1], classes: logits.shape[1],
                    labels: batch.labels.pointer + first * perSample, labelCount: samples * perSample,
                    labelsPerSample: perSample)
            },
            regression: outcome.predictions.map { predictions in
                ShardResults.Regression(
                    predictions: predictions.pointer + first * numbers,
                    targets: batch.numbers.pointer + first * numbers, count: samples * numbers)
            })
    }

    /// Writes the gradients into the buffers the parameters are bound to.
    ///
    /// - Parameter observer: hears of each parameter whose gradient is complete, by its place among them.
    func backward(observer: any GradientObserver) {
        if let gradients = outcome.gradients {
            for (place, gradient) in gradients.enumerated() {
                kernels.copy(gradient.count, gradient.pointer, into: parameters[place].gradientPointer)
                observer.completed(parameter: place)
            }
        } else {
            relay.observer = observer
            recording.backward(observer: relay)
            relay.observer = nil
        }
    }
}

/// Hears how far a pass has come that computes gradients.
protocol GradientObserver: AnyObject {
    /// The gradient of a parameter, told by its place in the model's list, is complete.
    func completed(parameter: Int)
    /// Called now and then.
    func pause()
}

/// Translates a recording's leaves into parameters.
private final class LeafRelay: BackwardObserver {
    private let parameterOfLeaf: [Int]
    var observer: (any GradientObserver)?

    init(_ parameterOfLeaf: [Int]) { self.parameterOfLeaf = parameterOfLeaf }

    func completed(leaf: Int) { observer?.completed(parameter: parameterOfLeaf[leaf]) }
    func pause() { observer?.pause() }
}
