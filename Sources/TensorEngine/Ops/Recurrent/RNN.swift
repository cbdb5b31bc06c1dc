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
    let common = RecurrentWorkspace(x, hidden: hidden, gates: Gate.both(1))
    return Tensor(
        Operation(
            "rnn",
            [
                "activation": .text(usesReLU ? "relu" : "tanh"), "returning": .text(output.rawValue),
                "initialHidden": .flag(initialHidden != nil),
            ]),
        shape: output == .all ? [batch, time, hidden] : [batch, hidden],
        from: [x] + weights + [initialHidden].compactMap { $0 }
    ) { y in
        common.begin(y, x, weights, initialHidden)
        for t in 0..<time {
            common.project(at: t, usesState: t > 0 || initialHidden != nil)
            kernels.rnnGates(
                samples: batch, units: common.width, usesReLU: usesReLU, common.preActivations(),
                bias: common.biases.pointer, output: common.state(before: t + 1))
        }
        common.emit(output, into: y.pointer)
    } backward: { y in
        common.backpropagate(from: y, of: output, to: x, weights, initialHidden) { t, gradients in
            kernels.rnnGatesBackward(
                samples: batch, units: common.width, usesReLU: usesReLU, output: common.state(before: t + 1),
                outputGradient: common.step(0, of: common.stateGradient), gradients: gradients)
        }
    }.costingRecurrence(gates: 1, x, hidden: hidden, initial: initialHidden).keepingSamples(of: x)
}
