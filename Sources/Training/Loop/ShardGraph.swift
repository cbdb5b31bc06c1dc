import Datasets
import Kernels
import NN
import TensorEngine

/// When samples are visited: what they look like, and what is drawn for them, depends on it.
struct Moment {
    let seed: UInt64
    let step, epoch: Int

    /// Every evaluation sees the same.
    static let evaluation = Moment(seed: 0, step: 0, epoch: 0)
}

extension Batch {
    /// Reads samples, and notes what is drawn for them.
    func load(_ samples: ArraySlice<Int32>, of set: any SampleSource, at moment: Moment) {
        precondition(samples.count == count, "\(samples.count) samples for a batch of \(count)")
        (keys.seed, keys.step) = (moment.seed, moment.step)
        for (slot, sample) in samples.enumerated() {
            keys.samples[slot] = sample
            set.read(
                Int(sample), epoch: moment.epoch, pixels: images.pointer + slot * set.rows * set.columns,
                labels: labels.pointer + slot * set.labelsPerSample)
        }
    }
}

/// A model's graph, recorded for one number of samples and replayed for every shard of that size.
struct ShardGraph {
    private let batch: Batch
    private let outcome: Outcome
    private let recording: Recording

    init(model: any Model, mode: Mode, samples: Int, of set: any SampleSource) {
        batch = Batch(
            count: samples, rows: set.rows, columns: set.columns, labelsPerSample: set.labelsPerSample)
        outcome = model.outcome(of: batch, mode: mode)
        recording = Recording(of: outcome.loss)
    }

    /// Multiplications of the products in a forward and in a backward pass.
    var multiplications: (forward: Int, backward: Int) { recording.multiplications }

    /// Reads samples into the graph's inputs.
    func load(_ samples: ArraySlice<Int32>, of set: any SampleSource, at moment: Moment) {
        batch.load(samples, of: set, at: moment)
    }

    /// Computes the loss of the loaded samples, and tells how many the model gets right.
    func forward() -> Score {
        recording.forward()
        var score = Score(lossSum: Double(outcome.loss.item), samples: batch.count)
        guard let logits = outcome.logits else { return score }
        score.labels = batch.labels.count
        let (perSample, classes) = (batch.labelsPerSample, logits.shape[1])
        for sample in 0..<batch.count {
            let right = countCorrect(
                perSample, classes, logits.pointer + sample * perSample * classes,
                labels: batch.labels.pointer + sample * perSample)
            score.correct += right
            score.sequencesCorrect += right == perSample ? 1 : 0
        }
        return score
    }

    /// Writes the gradients of the loss into the buffers the parameters are bound to.
    func backward() {
        recording.backward()
    }
}

/// One rank's copy of the model, its parameters in one flat buffer, and a graph for each mode and shard size met so far.
final class Replica {
    let layout: ParameterLayout
    let parameters: Storage
    let model: any Model
    private let tensors: [Tensor]
    private var graphs: [GraphKey: ShardGraph] = [:]

    private struct GraphKey: Hashable {
        let mode: Mode
        let samples: Int
    }

    init(_ model: any Model) {
        self.model = model
        layout = ParameterLayout(of: model)
        parameters = Storage(count: layout.count)
        tensors = model.namedParameters.map(\.parameter.tensor)
        for (entry, tensor) in zip(layout.entries, tensors) {
            tensor.bind(values: Storage(window: entry.range, of: parameters))
        }
    }

    func initialize(seed: UInt64) { model.initialize(seed: seed) }

    /// The graph for `samples` samples of `set`, recorded at its first use.
    func graph(_ mode: Mode, samples: Int, of set: any SampleSource) -> ShardGraph {
        let key = GraphKey(mode: mode, samples: samples)
        if let graph = graphs[key] { return graph }
        let graph = ShardGraph(model: model, mode: mode, samples: samples, of: set)
        graphs[key] = graph
        return graph
    }

    /// The shard's numbers alone: gradients, score and tally overwrite `target`.
    func shardGradients(
        _ samples: ArraySlice<Int32>, of set: any SampleSource, at moment: Moment,
        into target: GradientBuffer,
        _ clock: PhaseClock
    ) {
        target.clearTally()
        guard !samples.isEmpty else {
            fill(layout.count, target.storage.pointer, with: 0)
            return
        }
        target.bind(tensors)
        let graph = graph(.training, samples: samples.count, of: set)
        graph.load(samples, of: set, at: moment)
        clock.book(.input)
        graph.forward().write(to: target.score)
        clock.book(.forward)
        graph.backward()
        clock.book(.backward)
    }
}
