import Kernels

/// What recurrent layers of all kinds keep between the forward pass and backpropagation through time.
///
/// Units are rows and samples lie along the vectors, padded with zeros to a multiple of 16. Each time step's rows lie
/// together, so that the processor reads them in one stream. A step's input x and the state h before it lie under each
/// other, and so do the columns of W and U: both products are one sum.
///
/// The rows of `[W U]` are the gates'. A layer that keeps `U h` of its last gate apart (GRU's n) has it in rows of its
/// own under the others, where W's columns are unused, as U's are in the last gate's.
final class RecurrentWorkspace {
    let batch, time, features, hidden: Int
    /// Samples, padded.
    let lanes: Int
    /// Floats from one row of a step to the next.
    let stride: Int
    /// Rows of `[W U]`, and of a step of `gates`.
    let rows: Int
    /// `[1 + time, features + hidden, stride]`: each step's x, and h before it; after backward ∂L/∂x and h.
    let operands: Storage
    let gates: Storage  // [time, rows, stride]: activations
    let weights: Storage  // [rows, weightStride]: [W U]
    let biases: Storage  // [rows]: b + c
    /// The blocks of `[W U]` that are in use.
    let blocks: [(rows: Range<Int>, columns: Range<Int>)]
    /// The rows of `[W U]` where those of U are, in U's order.
    let hiddenRows: [Range<Int>]

    let stateGradient: Storage  // [hidden, stride]
    /// How many steps' gradients the weights' gradients are summed over at once, while they are in the cache.
    let chunk: Int
    let gateGradients: Storage  // [rows, chunkStride]: ∂L/∂pre-activations of a chunk of steps
    let sampleMajor: Storage  // [chunk·lanes, weightStride]: the same steps' operands, transposed
    let weightGradient: Storage  // [rows, weightStride]
    let biasGradient: Storage  // [rows]
    let scratch: Storage  // [hidden, stride], or [lanes, features or hidden]
    /// Whether a forward pass has come since the last backward.
    var holdsActivations = false

    init(
        batch: Int, time: Int, features: Int, hidden: Int, gateCount: Int, keepsLastApart: Bool = false
    ) {
        (self.batch, self.time, self.features, self.hidden) = (batch, time, features, hidden)
        (lanes, stride) = (padded(batch), cacheStride(batch))
        let (inputs, all, gateRows) = (0..<features, 0..<(features + hidden), gateCount * hidden)
        if keepsLastApart {
            rows = gateRows + hidden
            let (shared, apart) = (0..<(gateRows - hidden), gateRows..<rows)
            blocks = [(shared, all), (shared.upperBound..<gateRows, inputs), (apart, features..<all.count)]
            hiddenRows = [shared, apart]
        } else {
            rows = gateRows
            blocks = [(0..<rows, all)]
            hiddenRows = [0..<rows]
        }
        chunk = max(1, 128 / lanes)
        operands = Storage(count: (1 + time) * all.count * stride)
        gates = Storage(count: time * rows * stride)
        weights = Storage(count: rows * cacheStride(all.count))
        biases = Storage(count: rows)
        stateGradient = Storage(count: hidden * stride)
        gateGradients = Storage(count: rows * cacheStride(chunk * lanes))
        sampleMajor = Storage(count: chunk * lanes * cacheStride(all.count))
        weightGradient = Storage(count: rows * cacheStride(all.count))
        biasGradient = Storage(count: rows)
        scratch = Storage(count: padded(max(features, hidden)) * stride)
    }

    var weightStride: Int { cacheStride(features + hidden) }
    var chunkStride: Int { cacheStride(chunk * lanes) }
    /// Rows of W.
    var gateRows: Int { hiddenRows.count == 1 ? rows : rows - hidden }

    /// Time step `t` of `[time, rows, stride]`, from row `first` on.
    func step(_ t: Int, of storage: Storage, rows: Int, from first: Int = 0) -> RowsView {
        RowsView(storage.pointer + (t * rows + first) * stride, stride: stride)
    }

    /// Time step `t` of the gates, from row `first` on.
    func gates(at t: Int, from first: Int = 0) -> RowsView { step(t, of: gates, rows: rows, from: first) }

    /// The operands of time step `t`: x from row 0, h from row `features` on.
    func operands(at t: Int, from first: Int = 0) -> RowsView {
        step(t, of: operands, rows: features + hidden, from: first)
    }

    /// The state before time step `t`.
    func state(before t: Int) -> RowsView { operands(at: t, from: features) }

    /// A block of `[W U]`.
    func weights(_ row: Int, _ column: Int) -> MatrixView {
        MatrixView(weights.pointer + row * weightStride + column, rowStride: weightStride)
    }
}

/// Up to the next multiple of 16.
private func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

/// A stride for rows of `count` floats, of which kernels read two vectors each of many rows: rows wider than that
/// lie an odd number of cache lines apart, for with a power of two few sets of the L1 cache would hold them all.
private func cacheStride(_ count: Int) -> Int {
    let least = padded(count)
    return least > 32 && least % 32 == 0 ? least + 16 : least
}

/// Which hidden states a recurrent layer gives.
public enum SequenceOutput: Sendable {
    /// Every step's, `[batch, time, hidden]`.
    case all
    /// The last step's, `[batch, hidden]`.
    case last
}
