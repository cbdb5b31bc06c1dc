import Kernels

/// Runs one LSTM layer over a batch of sequences (Hochreiter & Schmidhuber 1997, with forget gates).
///
///     i, f, o = σ(W x + b + U h + c)      g = tanh(W_g x + b_g + U_g h + c_g)
///     c′ = f ∘ c + i ∘ g                  h′ = o ∘ tanh c′
///
/// - Parameters:
///   - x: `[batch, time, features]`.
///   - inputWeight: W `[4·hidden, features]`, rows in gate order i f g o, as PyTorch's.
///   - hiddenWeight: U `[4·hidden, hidden]`.
///   - inputBias, hiddenBias: b and c `[4·hidden]`.
///   - initialHidden, initialCell: h and c before the first step, `[batch, hidden]` each; nil for zeros.
/// - Returns: every hidden state, `[batch, time, hidden]`, or the last, `[batch, hidden]`.
public func lstm(
    _ x: Tensor, inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor, hiddenBias: Tensor,
    initialHidden: Tensor? = nil, initialCell: Tensor? = nil, returning output: SequenceOutput = .all
) -> Tensor {
    lstmWithCell(
        x, inputWeight: inputWeight, hiddenWeight: hiddenWeight, inputBias: inputBias, hiddenBias: hiddenBias,
        initialHidden: initialHidden, initialCell: initialCell, returning: output
    ).output
}

/// `lstm`, which also gives the last cell state, `[batch, hidden]`: with the last hidden state it starts another LSTM.
public func lstmWithCell(
    _ x: Tensor, inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor, hiddenBias: Tensor,
    initialHidden: Tensor? = nil, initialCell: Tensor? = nil, returning output: SequenceOutput = .all
) -> (output: Tensor, cell: Tensor) {
    let hidden = hiddenWeight.shape.last ?? 0
    let weights = [inputWeight, hiddenWeight, inputBias, hiddenBias]
    requireRecurrentShapes(
        "lstm", x, weights, gateCount: 4, hidden: hidden, initial: [initialHidden, initialCell])
    let (batch, time) = (x.shape[0], x.shape[1])
    let workspace = LSTMWorkspace(batch: batch, time: time, features: x.shape[2], hidden: hidden)
    let y = Tensor(
        shape: output == .all ? [batch, time, hidden] : [batch, hidden],
        from: [x] + weights + [initialHidden, initialCell].compactMap { $0 }
    ) { y in
        workspace.forward(x, inputWeight, hiddenWeight, inputBias, hiddenBias, initialHidden, initialCell)
        workspace.common.emit(output, into: y.pointer)
    } backward: { y in
        workspace.backpropagate(y.gradientPointer, of: output, hiddenWeight.pointer)
        let common = workspace.common
        inputWeight.receiveGradient { common.inputWeightGradient(into: $0, beta: $1) }
        hiddenWeight.receiveGradient {
            common.hiddenWeightGradient([(4 * hidden, common.gates)], into: $0, beta: $1)
        }
        inputBias.receiveGradient { common.biasGradient(4 * hidden, common.gates, into: $0, beta: $1) }
        hiddenBias.receiveGradient { common.biasGradient(4 * hidden, common.gates, into: $0, beta: $1) }
        x.receiveGradient { common.inputGradient(inputWeight.pointer, into: $0, beta: $1) }
        initialHidden?.receiveGradient {
            common.initialGradient(
                common.stateGradients, stride: common.span + common.lanes, into: $0, beta: $1)
        }
        initialCell?.receiveGradient {
            common.initialGradient(workspace.cellGradient, stride: common.lanes, into: $0, beta: $1)
        }
    }.costingRecurrence(gates: 4, x, hidden: hidden)
    let cell = Tensor(shape: [batch, hidden], from: y) { cell in
        workspace.emitCell(into: cell.pointer)
    } backward: { cell in
        workspace.receiveCell(cell.gradientPointer)
        y.receiveGradient { target, beta in  // y's own backward takes it from there
            if beta == 0 { fill(y.count, target, with: 0) }
        }
    }
    return (y, cell)
}

private final class LSTMWorkspace {
    let common: RecurrentWorkspace
    let cellGradient: Storage  // [hidden, lanes]
    private let cells: Storage  // [hidden, (1 + time)·lanes]: c, the initial one first
    private let cellTanhs: Storage  // [hidden, time·lanes]
    private var holdsCellGradient = false

    init(batch: Int, time: Int, features: Int, hidden: Int) {
        common = RecurrentWorkspace(
            batch: batch, time: time, features: features, hidden: hidden, gateCount: 4)
        cells = Storage(count: common.states.count)
        cellTanhs = Storage(count: hidden * common.span)
        cellGradient = Storage(count: hidden * common.lanes)
    }

    func forward(
        _ x: Tensor, _ inputWeight: Tensor, _ hiddenWeight: Tensor, _ inputBias: Tensor, _ hiddenBias: Tensor,
        _ initialHidden: Tensor?, _ initialCell: Tensor?
    ) {
        let rows = 4 * common.hidden
        common.project(
            x.pointer, inputWeight.pointer, inputBias.pointer, hiddenBias.pointer, hiddenBiasRows: rows)
        common.begin(with: initialHidden?.pointer, in: common.states)
        common.begin(with: initialCell?.pointer, in: cells)
        for t in 0..<common.time {
            if t > 0 || initialHidden != nil { common.addRecurrence(at: t, hiddenWeight.pointer, rows: rows) }
            lstmGates(
                hidden: common.hidden, lanes: common.lanes, gates: common.step(t, of: common.gates),
                cellBefore: common.state(before: t, of: cells), cell: common.state(before: t + 1, of: cells),
                cellTanh: common.step(t, of: cellTanhs),
                output: common.state(before: t + 1, of: common.states))
        }
        holdsCellGradient = false
    }

    /// Backpropagation through time: leaves ∂L/∂pre-activations in `gates`, ∂L/∂ of the initial states in the state
    /// gradients' first step and in `cellGradient`.
    func backpropagate(_ gradient: Floats, of output: SequenceOutput, _ hiddenWeight: Floats) {
        common.receive(gradient, of: output)
        if !holdsCellGradient { fill(cellGradient.count, cellGradient.pointer, with: 0) }
        holdsCellGradient = false
        for t in (0..<common.time).reversed() {
            let gates = common.step(t, of: common.gates)
            lstmGatesBackward(
                hidden: common.hidden, lanes: common.lanes, gates: gates,
                cellBefore: common.state(before: t, of: cells), cellTanh: common.step(t, of: cellTanhs),
                outputGradient: common.state(before: t + 1, of: common.stateGradients),
                cellGradient: RowsView(cellGradient.pointer, stride: common.lanes))
            common.addStateGradient(at: t, hiddenWeight, gates, rows: 4 * common.hidden)
        }
    }

    /// The last cell state, `[batch, hidden]`.
    func emitCell(into target: Floats) {
        transpose(
            rows: common.hidden, columns: common.batch, common.state(before: common.time, of: cells).pointer,
            xStride: common.span + common.lanes, into: target, yStride: common.hidden)
    }

    /// Takes in ∂L/∂ of the last cell state.
    func receiveCell(_ gradient: Floats) {
        transpose(
            rows: common.batch, columns: common.hidden, gradient, xStride: common.hidden,
            into: cellGradient.pointer, yStride: common.lanes)
        holdsCellGradient = true
    }
}
