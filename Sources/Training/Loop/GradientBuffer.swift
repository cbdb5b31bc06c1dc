import Determinism
import Kernels
import NN
import TensorEngine

/// What is added along with the gradients and the score, so that a step needs one message.
enum Tally: Int, CaseIterable {
    /// Ranks that were asked to stop, and to save a checkpoint.
    case stopRequests, saveRequests
    /// Whether rank 0's program wants the run to end after this step.
    case endRequests
    /// The exit status of rank 0's failure to write its records, or 0.
    case failure
}

/// The flat gradients of one shard, or of the shards of a subtree, with score and tally behind them.
final class GradientBuffer {
    let storage: Storage
    let layout: ParameterLayout
    private let windows: [Storage]
    /// What was last read of the buffer; it keeps its memory from step to step.
    private var summed: Score

    /// Floats in a buffer: the layout's, then score and tally, up to a multiple of 64 bytes.
    static func count(_ layout: ParameterLayout, _ metrics: MetricSet) -> Int {
        layout.count + (metrics.width + Tally.allCases.count + 15) / 16 * 16
    }

    init(layout: ParameterLayout, metrics: MetricSet) {
        let storage = Storage(count: Self.count(layout, metrics))
        self.storage = storage
        self.layout = layout
        summed = Score(metrics)
        windows = layout.entries.map { Storage(window: $0.range, of: storage) }
    }

    /// Makes the parameters' gradients arrive here.
    func bind(_ tensors: [Tensor]) {
        for index in tensors.indices { tensors[index].bind(gradient: windows[index]) }
    }

    /// Where the score is kept.
    var score: Floats { storage.pointer + layout.count }

    /// The score of the `samples` samples whose numbers were added up here.
    func summedScore(ofSamples samples: Int) -> Score {
        summed.read(summed: score, samples: samples)
        return summed
    }

    subscript(_ entry: Tally) -> Float {
        get { score[summed.metrics.width + entry.rawValue] }
        set { score[summed.metrics.width + entry.rawValue] = newValue }
    }

    func clearTally() {
        kernels.fill(storage.count - layout.count, score, with: 0)
    }
}
