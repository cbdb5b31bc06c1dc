import Determinism
import Kernels

/// What recurrent layers of all kinds keep between the forward pass and backpropagation through time.
///
/// A row for each sample of each time step, as in the tensors. A step's input x and the state h before it lie beside
/// each other, and so do W and U: both products are one sum.
///
///     operands, a step       [W U], by rows of gates
///     sample 0:  x │ h            x │ h
///     sample 1:  x │ h       r: ──W─┼─U──     a GRU's last gate keeps its parts
///        …                   z: ──W─┼─U──     apart: n's is W x, and under it
///                            n: ──W─┤         stands U h in rows of its own
///                               ⋮   ├─U──
final class RecurrentWorkspace {
    let batch, time, features, hidden: Int
    /// Gates of a sample's step, a gate that is kept apart counted twice.
    let rows: Int
    /// `[1 + time, batch, features + hidden]`: each step's x, and h before it.
    let operands: Storage
    /// `[time, batch, rows]`: activations; after backward ∂L/∂pre-activations.
    let gates: Storage
    let biases: Storage  // [rows]: b + c
    /// The blocks of `[W U]` that are in use, each a factor of the forward products.
    let blocks: [Block]
    /// The rows of `gates` that those of U belong to, in U's order.
    let hiddenRows: [Range<Int>]
    /// U's rows of each, and W: factors of the backward products.
    let hiddenFactors: [RightFactor]
    let inputFactor: RightFactor?

    let stateGradient: Storage  // [batch, hidden]
    let weightGradient: Storage  // [rows, features + hidden]
    let biasGradient: Storage  // [rows]
    let scratch: Storage
    let products = ProductLibrary.current
    /// How the gradients of weights and biases are summed over samples and time steps.
    let order: SumOrder
    /// Whether a forward pass has come since the last backward.
    var holdsActivations = false
    /// Whether the backward products' factors are those of the last forward pass.
    var holdsBackwardFactors = false

    struct Block {
        /// Of `gates`, and of `operands`.
        let rows, columns: Range<Int>
        let factor: RightFactor

        init(_ rows: Range<Int>, _ columns: Range<Int>) {
            (self.rows, self.columns) = (rows, columns)
            factor = RightFactor(rows: columns.count, columns: rows.count)
        }
    }

    /// - Parameters:
    ///   - x: `[batch, time, features]`.
    ///   - keepsLastApart: whether `U h` of the last gate is needed alone.
    init(_ x: Tensor, hidden: Int, gateCount: Int, keepsLastApart: Bool = false) {
        (batch, time, features) = (x.shape[0], x.shape[1], x.shape[2])
        self.hidden = hidden
        let (inputs, all, gateRows) = (0..<features, 0..<(features + hidden), gateCount * hidden)
        if keepsLastApart {
            rows = gateRows + hidden
            let (shared, apart) = (0..<(gateRows - hidden), gateRows..<rows)
            blocks = [
                Block(shared, all), Block(shared.upperBound..<gateRows, inputs),
                Block(apart, features..<all.count),
            ]
            hiddenRows = [shared, apart]
        } else {
            rows = gateRows
            blocks = [Block(0..<rows, all)]
            hiddenRows = [0..<rows]
        }
        hiddenFactors = hiddenRows.map { RightFactor(rows: $0.count, columns: hidden) }
        inputFactor = x.requiresGradient ? RightFactor(rows: gateRows, columns: features) : nil
        order = (x.sumOrder ?? SumOrder(counts: [batch])).repeated(steps: time)
        operands = Storage(count: (1 + time) * batch * cacheStride(all.count))
        gates = Storage(count: time * batch * cacheStride(rows))
        biases = Storage(count: rows)
        stateGradient = Storage(count: batch * cacheStride(hidden))
        weightGradient = Storage(count: rows * cacheStride(all.count))
        biasGradient = Storage(count: rows)
        scratch = Storage(count: order.scratchForOuterProducts(n: all.count))
    }

    var operandStride: Int { cacheStride(features + hidden) }
    var gateStride: Int { cacheStride(rows) }
    var stateStride: Int { cacheStride(hidden) }
    /// Rows of W.
    var gateRows: Int { hiddenRows.count == 1 ? rows : rows - hidden }

    /// The gates of time step `t`, from row `first` on.
    func gates(at t: Int, from first: Int = 0) -> RowsView {
        RowsView(gates.pointer + t * batch * gateStride + first, stride: gateStride)
    }

    /// The operands of time step `t`: x from column 0, h from column `features` on.
    func operands(at t: Int, from first: Int = 0) -> RowsView {
        RowsView(operands.pointer + t * batch * operandStride + first, stride: operandStride)
    }

    /// The state before time step `t`.
    func state(before t: Int) -> RowsView { operands(at: t, from: features) }

    /// Time step `t` of `[time, batch, hidden]`.
    func step(_ t: Int, of storage: Storage) -> RowsView {
        RowsView(storage.pointer + t * batch * stateStride, stride: stateStride)
    }

    /// Floats of a layer's `[steps, batch, hidden]`.
    func stateCount(steps: Int) -> Int { steps * batch * stateStride }
}

/// A stride for rows of `count` floats, whole vectors of the widest kind: rows of two and more lie an odd number of cache
/// lines apart, for with a power of two few sets of the L1 cache would hold them all.
private func cacheStride(_ count: Int) -> Int {
    let least = (count + 15) / 16 * 16
    return least > 32 && least % 32 == 0 ? least + 16 : least
}

/// Which hidden states a recurrent layer gives.
public enum SequenceOutput: Sendable {
    /// Every step's, `[batch, time, hidden]`.
    case all
    /// The last step's, `[batch, hidden]`.
    case last
}

extension RowsView {
    /// The rows as a left factor.
    var matrix: MatrixView { MatrixView(pointer, rowStride: stride) }

    func row(_ index: Int) -> Floats { pointer + index * stride }
}
