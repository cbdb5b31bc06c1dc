import Kernels

/// The nonlinearity of a simple recurrent layer.
public enum RecurrentActivation: Sendable {
    case tanh, relu
}

/// Runs one simple recurrent layer over a batch of sequences (Elman 1990): `h′ = act(W x + b + U h + c)`.
///
/// - Parameters:
///   - x: `[batch, time, features]`.
///   - inputWeight: W `[hidden, features]`.
///   - hiddenWeight: U `[hidden, hidden]`.
///   - inputBias, hiddenBias: b and c `[hidden]`.
///   - initialHidden: h before the first step, `[batch, hidden]`; nil for zeros.
/// - Returns: every hidden state, `[batch, time, hidden]`, or the last, `[batch, hidden]`.
public func rnn(
    _ x: Tensor, inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor, hiddenBias: Tensor,
    activation: RecurrentActivation = .tanh, initialHidden: Tensor? = nil,
    returning output: SequenceOutput = .all
) -> Tensor {
    let hidden = hiddenWeight.shape.last ?? 0
    let weights = [inputWeight, hiddenWeight, inputBias, hiddenBias]
    requireRecurrentShapes("rnn", x, weights, gateCount: 1, hidden: hidden, initial: [initialHidden])
    let (batch, time, usesReLU) = (x.shape[0], x.shape[1], activation == .relu)
    let common = RecurrentWorkspace(
        batch: batch, time: time, features: x.shape[2], hidden: hidden, gateCount: 1)
    return Tensor(
        shape: output == .all ? [batch, time, hidden] : [batch, hidden],
        from: [x] + weights + [initialHidden].compactMap { $0 }
    ) { y in
        common.project(
            x.pointer, inputWeight.pointer, inputBias.pointer, hiddenBias.pointer, hiddenBiasRows: hidden)
        common.begin(with: initialHidden?.pointer, in: common.states)
        for t in 0..<time {
            if t > 0 || initialHidden != nil {
                common.addRecurrence(at: t, hiddenWeight.pointer, rows: hidden)
            }
            rnnGates(
                hidden: hidden, lanes: common.lanes, usesReLU: usesReLU,
                gates: common.step(t, of: common.gates),
                output: common.state(before: t + 1, of: common.states))
        }
        common.emit(output, into: y.pointer)
    } backward: { y in
        common.receive(y.gradientPointer, of: output)
        for t in (0..<time).reversed() {
            let gates = common.step(t, of: common.gates)
            rnnGatesBackward(
                hidden: hidden, lanes: common.lanes, usesReLU: usesReLU, gates: gates,
                outputGradient: common.state(before: t + 1, of: common.stateGradients))
            common.addStateGradient(at: t, hiddenWeight.pointer, gates, rows: hidden)
        }
        inputWeight.receiveGradient { common.inputWeightGradient(into: $0, beta: $1) }
        hiddenWeight.receiveGradient {
            common.hiddenWeightGradient([(hidden, common.gates)], into: $0, beta: $1)
        }
        inputBias.receiveGradient { common.biasGradient(hidden, common.gates, into: $0, beta: $1) }
        hiddenBias.receiveGradient { common.biasGradient(hidden, common.gates, into: $0, beta: $1) }
        x.receiveGradient { common.inputGradient(inputWeight.pointer, into: $0, beta: $1) }
        initialHidden?.receiveGradient {
            common.initialGradient(
                common.stateGradients, stride: common.span + common.lanes, into: $0, beta: $1)
        }
    }.costingRecurrence(gates: 1, x, hidden: hidden)
}
