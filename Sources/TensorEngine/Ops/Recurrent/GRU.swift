import Kernels

/// Runs one GRU layer over a batch of sequences (Cho et al. 2014, with the reset gate applied after the product, as
/// PyTorch does).
///
///     r, z = σ(W x + b + U h + c)      n = tanh(Wₙ x + bₙ + r ∘ (Uₙ h + cₙ))      h′ = (1 − z) ∘ n + z ∘ h
///
/// - Parameters:
///   - x: `[batch, time, features]`.
///   - inputWeight: W `[3·hidden, features]`, rows in gate order r z n, as PyTorch's.
///   - hiddenWeight: U `[3·hidden, hidden]`.
///   - inputBias, hiddenBias: b and c `[3·hidden]`.
///   - initialHidden: h before the first step, `[batch, hidden]`; nil for zeros.
/// - Returns: every hidden state, `[batch, time, hidden]`, or the last, `[batch, hidden]`.
public func gru(
    _ x: Tensor, inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor, hiddenBias: Tensor,
    initialHidden: Tensor? = nil, returning output: SequenceOutput = .all
) -> Tensor {
    let hidden = hiddenWeight.shape.last ?? 0
    let weights = [inputWeight, hiddenWeight, inputBias, hiddenBias]
    requireRecurrentShapes("gru", x, weights, gateCount: 3, hidden: hidden, initial: [initialHidden])
    let (batch, time) = (x.shape[0], x.shape[1])
    let workspace = GRUWorkspace(batch: batch, time: time, features: x.shape[2], hidden: hidden)
    return Tensor(
        shape: output == .all ? [batch, time, hidden] : [batch, hidden],
        from: [x] + weights + [initialHidden].compactMap { $0 }
    ) { y in
        workspace.forward(x, inputWeight, hiddenWeight, inputBias, hiddenBias, initialHidden)
        workspace.common.emit(output, into: y.pointer)
    } backward: { y in
        workspace.backpropagate(y.gradientPointer, of: output, hiddenWeight.pointer)
        let (common, candidates) = (workspace.common, workspace.candidates)
        inputWeight.receiveGradient { common.inputWeightGradient(into: $0, beta: $1) }
        hiddenWeight.receiveGradient {
            common.hiddenWeightGradient(
                [(2 * hidden, common.gates), (hidden, candidates)], into: $0, beta: $1)
        }
        inputBias.receiveGradient { common.biasGradient(3 * hidden, common.gates, into: $0, beta: $1) }
        hiddenBias.receiveGradient {
            common.biasGradient(2 * hidden, common.gates, into: $0, beta: $1)
            common.biasGradient(hidden, candidates, into: $0 + 2 * hidden, beta: $1)
        }
        x.receiveGradient { common.inputGradient(inputWeight.pointer, into: $0, beta: $1) }
        initialHidden?.receiveGradient {
            common.initialGradient(
                common.stateGradients, stride: common.span + common.lanes, into: $0, beta: $1)
        }
    }.costingRecurrence(gates: 3, x, hidden: hidden)
}

private final class GRUWorkspace {
    let common: RecurrentWorkspace
    /// `[hidden, time·lanes]`: n's hidden part Uₙ h + cₙ, after backward its gradient.
    let candidates: Storage
    private let carried: Storage  // [hidden, lanes]: ∂L/∂h past the gates

    init(batch: Int, time: Int, features: Int, hidden: Int) {
        common = RecurrentWorkspace(
            batch: batch, time: time, features: features, hidden: hidden, gateCount: 3)
        candidates = Storage(count: hidden * common.span)
        carried = Storage(count: hidden * common.lanes)
    }

    func forward(
        _ x: Tensor, _ inputWeight: Tensor, _ hiddenWeight: Tensor, _ inputBias: Tensor, _ hiddenBias: Tensor,
        _ initialHidden: Tensor?
    ) {
        let hidden = common.hidden
        common.project(
            x.pointer, inputWeight.pointer, inputBias.pointer, hiddenBias.pointer, hiddenBiasRows: 2 * hidden)
        common.begin(with: initialHidden?.pointer, in: common.states)
        fillRowConstants(
            hidden, common.span, candidates.pointer, stride: common.span, hiddenBias.pointer + 2 * hidden)
        for t in 0..<common.time {
            let before = common.state(before: t, of: common.states)
            if t > 0 || initialHidden != nil {
                common.addRecurrence(at: t, hiddenWeight.pointer, rows: 2 * hidden)
                multiply(
                    m: hidden, n: common.lanes, k: hidden,
                    MatrixView(hiddenWeight.pointer + 2 * hidden * hidden, rowStride: hidden), before,
                    into: common.step(t, of: candidates), beta: 1)
            }
            gruGates(
                hidden: hidden, lanes: common.lanes, gates: common.step(t, of: common.gates),
                candidate: common.step(t, of: candidates), before: before,
                output: common.state(before: t + 1, of: common.states))
        }
    }

    func backpropagate(_ gradient: Floats, of output: SequenceOutput, _ hiddenWeight: Floats) {
        let hidden = common.hidden
        common.receive(gradient, of: output)
        for t in (0..<common.time).reversed() {
            let (gates, candidate) = (common.step(t, of: common.gates), common.step(t, of: candidates))
            gruGatesBackward(
                hidden: hidden, lanes: common.lanes, gates: gates, candidate: candidate,
                before: common.state(before: t, of: common.states),
                outputGradient: common.state(before: t + 1, of: common.stateGradients),
                carried: RowsView(carried.pointer, stride: common.lanes))
            common.addStateGradient(at: t, hiddenWeight, gates, rows: 2 * hidden)
            common.addStateGradient(at: t, hiddenWeight + 2 * hidden * hidden, candidate, rows: hidden)
            let before = common.state(before: t, of: common.stateGradients)
            for unit in 0..<hidden {
                let target = before.pointer + unit * before.stride
                add(common.lanes, carried.pointer + unit * common.lanes, target, into: target)
            }
        }
    }
}
