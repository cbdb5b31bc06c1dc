import Datasets
import Kernels
import NN
import TensorEngine

/// A model's graph, recorded for one number of samples and replayed for every shard of that size.
struct ShardGraph {
    private let batch: Batch
    private let outcome: Outcome
    private let recording: Recording

    init(model: any Model, samples: Int, rows: Int, columns: Int) {
        batch = Batch(count: samples, rows: rows, columns: columns)
        outcome = model.outcome(of: batch)
        recording = Recording(of: outcome.loss)
    }

    /// Reads samples into the graph's inputs.
    func load(_ samples: ArraySlice<Int32>, of set: ImageSet) {
        precondition(samples.count == batch.count, "\(samples.count) samples for a graph of \(batch.count)")
        let size = set.rows * set.columns
        set.pixels.withUnsafeBufferPointer { pixels in
            guard let base = pixels.baseAddress else { return }
            for (slot, sample) in samples.enumerated() {
                scalePixels(size, base + Int(sample) * size, into: batch.images.pointer + slot * size)
                batch.labels.pointer[slot] = Int32(set.labels[Int(sample)])
            }
        }
    }

    /// The summed loss of the loaded samples, and how many the model gets right.
    func forward() -> (loss: Float, correct: Int) {
        recording.forward()
        let classes = outcome.logits.shape[1]
        let correct = countCorrect(batch.count, classes, outcome.logits.pointer, labels: batch.labels.pointer)
        return (outcome.loss.item, correct)
    }

    /// Writes the gradients of the loss into the buffers the parameters are bound to.
    func backward() {
        recording.backward()
    }
}

/// One rank's copy of the model, its parameters in one flat buffer, and a graph for each shard size met so far.
final class Replica {
    let layout: ParameterLayout
    let parameters: Storage
    let model: any Model
    private let tensors: [Tensor]
    private var graphs: [Int: ShardGraph] = [:]

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
    func graph(samples: Int, of set: ImageSet) -> ShardGraph {
        if let graph = graphs[samples] { return graph }
        let graph = ShardGraph(model: model, samples: samples, rows: set.rows, columns: set.columns)
        graphs[samples] = graph
        return graph
    }

    /// The shard's numbers alone: gradients and tally overwrite `target`.
    func shardGradients(_ samples: ArraySlice<Int32>, of set: ImageSet, into target: GradientBuffer) {
        target.clearTally()
        guard !samples.isEmpty else {
            fill(layout.count, target.storage.pointer, with: 0)
            return
        }
        target.bind(tensors)
        let graph = graph(samples: samples.count, of: set)
        graph.load(samples, of: set)
        let (loss, correct) = graph.forward()
        graph.backward()
        target[.loss] = loss
        target[.correct] = Float(correct)
    }
}
