import Determinism
import Kernels

/// What recurrent layers of all kinds keep between the forward pass and backpropagation through time.
///
/// A row for each sample of each time step, as in the tensors, in which vectors run along the units. A step's input x and
/// the state h before it lie beside each other, so that `W x + U h` is one sum; gates are filled up to whole vectors.
///
///     operands:  x │ h
///     gates:     i ┄│ f ┄│ g ┄│ o ┄
final class RecurrentWorkspace {
    let batch, time, features, hidden: Int
    let gateOrder: [Gate]
    /// Floats of a gate, or a state, in a row: `hidden`, filled up.
    let width: Int
    let operands: Storage  // [1 + time, batch, operandStride]: each step's x, and h before it
    let preActivations: Storage  // [batch, gates · hidden], of one step, still without biases
    /// `[time, batch, gateStride]`: activations; after backward ∂L/∂pre-activations, each step's rows in groups.
    let gates: Storage
    let gateGradients: Storage  // [batch, gateStride]: ∂L/∂pre-activations of one step
    let biases: Storage  // [gates, width]: b + c
    /// Gates whose products are taken together.
    let blocks: [Block]
    /// U's and W's rows of each gate that has them, as factors of the backward products.
    let hiddenFactors: [RightFactor?]
    let inputFactors: [RightFactor?]

    let stateGradient: Storage  // [batch, stateStride]
    let weightGradient: Storage  // [gates · hidden, features + hidden]: of [W U]
    let biasGradient: Storage  // [gates, width]
    let scratch: Storage
    let products = ProductLibrary.current
    /// How the gradients of weights and biases are summed over samples and time steps.
    let order: SumOrder
    /// Whether a forward pass has come since the last backward.
    var holdsActivations = false
    /// Whether the backward products' factors are those of the last forward pass.
    var holdsBackwardFactors = false

    /// - Parameters:
    ///   - x: `[batch, time, features]`.
    ///   - gateOrder: in the order in which a row has them.
    init(_ x: Tensor, hidden: Int, gates gateOrder: [Gate]) {
        (batch, time, features) = (x.shape[0], x.shape[1], x.shape[2])
        self.hidden = hidden
        self.gateOrder = gateOrder
        width = wholeVectors(hidden)
        let (features, width, count) = (features, width, gateOrder.count)
        blocks = Block.cut(gateOrder).map { Block($0, of: gateOrder, features: features, hidden: hidden) }
        hiddenFactors = gateOrder.map { $0.hidden == nil ? nil : RightFactor(rows: hidden, columns: hidden) }
        let wantsInput = x.requiresGradient
        inputFactors = gateOrder.map {
            wantsInput && $0.input != nil ? RightFactor(rows: hidden, columns: features) : nil
        }
        let order = (x.sumOrder ?? SumOrder(counts: [batch])).repeated(steps: time)
        self.order = order
        operands = Storage(count: (1 + time) * stepStride(batch, cacheStride(features + width)))
        preActivations = Storage(count: batch * cacheStride(count * hidden))
        gates = Storage(count: time * stepStride(batch, cacheStride(count * width)))
        gateGradients = Storage(count: batch * cacheStride(count * width))
        biases = Storage(count: count * width)
        stateGradient = Storage(count: batch * cacheStride(hidden))
        weightGradient = Storage(count: count * hidden * (features + hidden))
        biasGradient = Storage(count: count * width)
        scratch = Storage(
            count: products.scratchForOuterProducts(m: count * hidden, n: features + hidden, order))
    }

    var operandStride: Int { cacheStride(features + width) }
    var gateStride: Int { cacheStride(gateOrder.count * width) }
    var stateStride: Int { cacheStride(hidden) }
    var operandStep: Int { stepStride(batch, operandStride) }
    var gateStep: Int { stepStride(batch, gateStride) }

    /// The gates of time step `t`, from a gate on.
    func gates(at t: Int, from gate: Int = 0) -> RowsView {
        RowsView(gates.pointer + t * gateStep + gate * width, stride: gateStride)
    }

    /// A step's ∂L/∂pre-activations, from a gate on.
    func gateGradients(from gate: Int = 0) -> RowsView {
        RowsView(gateGradients.pointer + gate * width, stride: gateStride)
    }

    /// A step's pre-activations, from a gate on.
    func preActivations(from gate: Int = 0) -> RowsView {
        RowsView(preActivations.pointer + gate * hidden, stride: cacheStride(gateOrder.count * hidden))
    }

    /// The operands of time step `t`, x and then h.
    func operands(at t: Int) -> RowsView {
        RowsView(operands.pointer + t * operandStep, stride: operandStride)
    }

    /// The state before time step `t`.
    func state(before t: Int) -> RowsView {
        RowsView(operands(at: t).pointer + features, stride: operandStride)
    }

    /// Time step `t` of `[time, batch, stateStride]`.
    func step(_ t: Int, of storage: Storage) -> RowsView {
        RowsView(storage.pointer + t * batch * stateStride, stride: stateStride)
    }

    /// Floats of so many steps' states.
    func stateCount(steps: Int) -> Int { steps * batch * stateStride }
}

/// A gate of a recurrent cell: which of W's and of U's gates make up its pre-activation. A cell that needs both parts apart
/// has a gate for each.
struct Gate {
    let input, hidden: Int?

    /// Gates that are all made of both.
    static func both(_ count: Int) -> [Gate] { (0..<count).map { Gate(input: $0, hidden: $0) } }
}

/// Neighbouring gates whose products are taken together: the same operands make them up.
struct Block {
    let gates: Range<Int>
    let hasInput, hasHidden: Bool
    /// The operands' number.
    let terms: Int
    let factor: RightFactor

    init(_ gates: Range<Int>, of order: [Gate], features: Int, hidden: Int) {
        self.gates = gates
        hasInput = order[gates.lowerBound].input != nil
        hasHidden = order[gates.lowerBound].hidden != nil
        terms = (hasInput ? features : 0) + (hasHidden ? hidden : 0)
        factor = RightFactor(rows: terms, columns: gates.count * hidden)
    }

    /// The blocks of a cell's gates.
    static func cut(_ order: [Gate]) -> [Range<Int>] {
        var cuts: [Range<Int>] = []
        for (index, gate) in order.enumerated() {
            if let last = cuts.last, order[last.lowerBound].hasOperands(of: gate) {
                cuts[cuts.count - 1] = last.lowerBound..<index + 1
            } else {
                cuts.append(index..<index + 1)
            }
        }
        return cuts
    }
}

extension Gate {
    fileprivate func hasOperands(of other: Gate) -> Bool {
        (input == nil) == (other.input == nil) && (hidden == nil) == (other.hidden == nil)
    }
}

/// Up to the next multiple of 16: whole vectors of the widest kind.
private func wholeVectors(_ count: Int) -> Int { (count + 15) / 16 * 16 }

/// A stride for rows of `count` floats, whole vectors of the widest kind: rows of two and more lie an odd number of cache
/// lines apart, for with a power of two few sets of the L1 cache would hold them all.
private func cacheStride(_ count: Int) -> Int {
    let least = wholeVectors(count)
    return least > 32 && least % 32 == 0 ? least + 16 : least
}

/// A stride for steps of `batch` such rows: an odd number of cache lines too, since a shard's sums go from step to step.
private func stepStride(_ batch: Int, _ rowStride: Int) -> Int { (batch * rowStride / 16 | 1) * 16 }

/// Which hidden states a recurrent layer gives.
public enum SequenceOutput: String, Sendable {
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
