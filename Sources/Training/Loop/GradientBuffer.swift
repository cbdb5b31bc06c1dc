import Kernels
import NN
import TensorEngine

/// What is added along with the gradients, so that a step needs one message: each is a count or a sum over shards.
enum Tally: Int, CaseIterable {
    /// The loss, summed over samples.
    case loss
    /// Samples classified right: an integer, exact below 2²⁴.
    case correct
    /// Ranks that were asked to stop, and to save a checkpoint.
    case stopRequests, saveRequests
    /// The exit status of rank 0's failure to write its records, or 0.
    case failure
}

/// The flat gradients of one shard, or of the shards of a subtree, with the tally behind them.
final class GradientBuffer {
    let storage: Storage
    let layout: ParameterLayout
    private let windows: [Storage]

    /// Floats in a buffer: the layout's, then the tally, up to a multiple of 64 bytes.
    static func count(_ layout: ParameterLayout) -> Int {
        layout.count + (Tally.allCases.count + 15) / 16 * 16
    }

    init(layout: ParameterLayout) {
        let storage = Storage(count: Self.count(layout))
        self.storage = storage
        self.layout = layout
        windows = layout.entries.map { Storage(window: $0.range, of: storage) }
    }

    /// Makes the parameters' gradients arrive here.
    func bind(_ tensors: [Tensor]) {
        for index in tensors.indices { tensors[index].bind(gradient: windows[index]) }
    }

    subscript(_ entry: Tally) -> Float {
        get { storage.pointer[layout.count + entry.rawValue] }
        set { storage.pointer[layout.count + entry.rawValue] = newValue }
    }

    func clearTally() {
        fill(storage.count - layout.count, storage.pointer + layout.count, with: 0)
    }
}
