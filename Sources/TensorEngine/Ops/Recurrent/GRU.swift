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
    let common = RecurrentWorkspace(
        x, hidden: hidden,
        gates: Gate.both(2) + [Gate(input: 2, hidden: nil), Gate(input: nil, hidden: 2)])
    return Tensor(
        Operation(
            "gru", ["returning": .text(output.rawValue), "initialHidden": .flag(initialHidden != nil)]),
        shape: output == .all ? [batch, time, hidden] : [batch, hidden],
        from: [x] + weights + [initialHidden].compactMap { $0 }
    ) { y in
        common.begin(y, x, weights, initialHidden)
        for t in 0..<time {
            common.project(at: t, usesState: t > 0 || initialHidden != nil)
            kernels.gruGates(
                samples: batch, hidden: hidden, units: common.width, common.preActivations(),
                bias: common.biases.pointer, into: common.gates(at: t), before: common.state(before: t),
                output: common.state(before: t + 1))
        }
        common.emit(output, into: y.pointer)
    } backward: { y in
        common.backpropagate(from: y, of: output, to: x, weights, initialHidden, carries: true) {
            t, gradients in
            kernels.gruGatesBackward(
                samples: batch, units: common.width, gates: common.gates(at: t),
                before: common.state(before: t),
                stateGradient: common.step(0, of: common.stateGradient), gradients: gradients)
        }
    }.costingRecurrence(gates: 3, x, hidden: hidden, initial: initialHidden).keepingSamples(of: x)
}
