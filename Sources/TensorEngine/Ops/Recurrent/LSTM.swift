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
    let workspace = LSTMWorkspace(x, hidden: hidden)
    let y = Tensor(
        Operation(
            "lstm",
            [
                "returning": .text(output.rawValue), "initialHidden": .flag(initialHidden != nil),
                "initialCell": .flag(initialCell != nil),
            ]),
        shape: output == .all ? [batch, time, hidden] : [batch, hidden],
        from: [x] + weights + [initialHidden, initialCell].compactMap { $0 }
    ) { y in
        workspace.forward(y, x, weights, initialHidden, initialCell)
        workspace.common.emit(output, into: y.pointer)
    } backward: { y in
        let common = workspace.common
        workspace.backpropagate(from: y, of: output, to: x, weights, initialHidden)
        initialCell?.receiveGradient { common.initialGradient(workspace.cellGradient, into: $0, beta: $1) }
    }.costingRecurrence(gates: 4, x, hidden: hidden, initial: initialHidden).keepingSamples(of: x)
    let cell = Tensor("lstmCell", shape: [batch, hidden], from: y) { cell in
        workspace.emitCell(into: cell.pointer)
    } backward: { cell in
        workspace.receiveCell(cell.gradientPointer)
        y.receiveGradient { target, beta in  // y's own backward takes it from there
            if beta == 0 { kernels.fill(y.count, target, with: 0) }
        }
    }.keepingSamples(of: y)
    return (y, cell)
}

private final class LSTMWorkspace {
    let common: RecurrentWorkspace
    let cellGradient: Storage  // [batch, hidden]
    private let cells: Storage  // [1 + time, batch, hidden]: c, the initial one first
    private let cellTanhs: Storage  // [time, batch, hidden]
    private var holdsCellGradient = false

    init(_ x: Tensor, hidden: Int) {
        common = RecurrentWorkspace(x, hidden: hidden, gates: Gate.both(4))
        cells = Storage(count: common.stateCount(steps: 1 + common.time))
        cellTanhs = Storage(count: common.stateCount(steps: common.time))
        cellGradient = Storage(count: common.stateCount(steps: 1))
    }

    private func cell(before t: Int) -> RowsView { common.step(t, of: cells) }

    func forward(
        _ y: Tensor, _ x: Tensor, _ weights: [Tensor], _ initialHidden: Tensor?, _ initialCell: Tensor?
    ) {
        common.begin(y, x, weights, initialHidden)
        if let initialCell { common.takeIn(initialCell.pointer, as: cell(before: 0)) }
        for t in 0..<common.time {
            common.project(at: t, usesState: t > 0 || initialHidden != nil)
            kernels.lstmGates(
                samples: common.batch, hidden: common.hidden, units: common.width, common.preActivations(),
                bias: common.biases.pointer, into: common.gates(at: t), cellBefore: cell(before: t),
                cell: cell(before: t + 1), cellTanh: common.step(t, of: cellTanhs),
                output: common.state(before: t + 1))
        }
        holdsCellGradient = false
    }

    /// Backpropagation through time, with ∂L/∂ of the initial cell left in `cellGradient`.
    func backpropagate(
        from y: Tensor, of output: SequenceOutput, to x: Tensor, _ weights: [Tensor], _ initialHidden: Tensor?
    ) {
        if !holdsCellGradient { kernels.fill(cellGradient.count, cellGradient.pointer, with: 0) }
        holdsCellGradient = false
        common.backpropagate(from: y, of: output, to: x, weights, initialHidden) { t, gradients in
            kernels.lstmGatesBackward(
                samples: common.batch, units: common.width, gates: common.gates(at: t),
                cellBefore: cell(before: t), cellTanh: common.step(t, of: cellTanhs),
                outputGradient: common.step(0, of: common.stateGradient),
                cellGradient: common.step(0, of: cellGradient), gradients: gradients)
        }
    }

    /// The last cell state, `[batch, hidden]`.
    func emitCell(into target: Floats) {
        kernels.copyRows(
            common.batch, common.hidden, cell(before: common.time),
            into: RowsView(target, stride: common.hidden))
    }

    /// Takes in ∂L/∂ of the last cell state.
    func receiveCell(_ gradient: Floats) {
        common.takeIn(gradient, as: common.step(0, of: cellGradient))
        holdsCellGradient = true
    }
}
