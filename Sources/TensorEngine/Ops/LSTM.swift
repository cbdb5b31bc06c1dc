import Kernels

/// Runs one LSTM layer over a batch of sequences (Hochreiter & Schmidhuber 1997, with forget gates), from zero states.
///
///     i, f, o = σ(W x + b + U h + c)      g = tanh(W_g x + b_g + U_g h + c_g)
///     c′ = f ∘ c + i ∘ g                  h′ = o ∘ tanh c′
///
/// - Parameters:
///   - x: `[batch, time, features]`.
///   - inputWeight: W `[4·hidden, features]`, rows in gate order i f g o, as PyTorch's.
///   - hiddenWeight: U `[4·hidden, hidden]`.
///   - inputBias, hiddenBias: b and c `[4·hidden]`.
/// - Returns: every hidden state, `[batch, time, hidden]`.
public func lstm(
    _ x: Tensor, inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor, hiddenBias: Tensor
) -> Tensor {
    let hidden = hiddenWeight.shape.last ?? 0
    precondition(
        x.shape.count == 3 && x.shape[1] > 0 && inputWeight.shape == [4 * hidden, x.shape[2]]
            && hiddenWeight.shape == [4 * hidden, hidden] && inputBias.shape == [4 * hidden]
            && hiddenBias.shape == [4 * hidden],
        """
        lstm needs [batch, time ≥ 1, features], [4·hidden, features], [4·hidden, hidden], [4·hidden], [4·hidden], \
        got \(x.shape), \(inputWeight.shape), \(hiddenWeight.shape), \(inputBias.shape), \(hiddenBias.shape)
        """)
    let workspace = LSTMWorkspace(
        batch: x.shape[0], time: x.shape[1], features: x.shape[2], hidden: hidden)
    return Tensor(
        shape: [x.shape[0], x.shape[1], hidden], from: x, inputWeight, hiddenWeight, inputBias, hiddenBias
    ) { y in
        workspace.forward(
            x.pointer, inputWeight.pointer, hiddenWeight.pointer, inputBias.pointer, hiddenBias.pointer,
            into: y.pointer)
    } backward: { y in
        workspace.backpropagateGates(y.gradientPointer, hiddenWeight.pointer)
        inputWeight.receiveGradient { workspace.inputWeightGradient(into: $0, beta: $1) }
        hiddenWeight.receiveGradient { workspace.hiddenWeightGradient(into: $0, beta: $1) }
        inputBias.receiveGradient { workspace.biasGradient(into: $0, beta: $1) }
        hiddenBias.receiveGradient { workspace.biasGradient(into: $0, beta: $1) }
        x.receiveGradient { workspace.inputGradient(inputWeight.pointer, into: $0, beta: $1) }
    }
}

/// What the forward pass leaves for backpropagation through time; sequences are time-major inside, so that
/// a time step is one contiguous matrix and all steps together are another.
private final class LSTMWorkspace {
    private let batch, time, features, hidden: Int
    /// Whether the activations are those of a forward pass: backward overwrites them.
    private var holdsActivations = false
    private let inputs: Storage  // [time, batch, features]
    private let gates: Storage  // [time, batch, 4·hidden]: activations, after backward ∂L/∂pre-activations
    private let outputs: Storage  // [1 + time, batch, hidden]: h, the initial zeros first
    private let cells: Storage  // [1 + time, batch, hidden]: c, the initial zeros first
    private let cellTanhs: Storage  // [time, batch, hidden]
    private let bias: Storage  // [4·hidden]
    private let outputGradients: Storage  // [time, batch, hidden]
    private let cellGradient: Storage  // [batch, hidden]

    init(batch: Int, time: Int, features: Int, hidden: Int) {
        (self.batch, self.time, self.features, self.hidden) = (batch, time, features, hidden)
        inputs = Storage(count: time * batch * features)
        gates = Storage(count: time * batch * 4 * hidden)
        outputs = Storage(count: (1 + time) * batch * hidden)
        cells = Storage(count: (1 + time) * batch * hidden)
        cellTanhs = Storage(count: time * batch * hidden)
        bias = Storage(count: 4 * hidden)
        outputGradients = Storage(count: time * batch * hidden)
        cellGradient = Storage(count: batch * hidden)
    }

    /// Floats in one time step of hidden states, and of gates.
    private var step: Int { batch * hidden }
    private var gateStep: Int { batch * 4 * hidden }

    func forward(
        _ x: Floats, _ inputWeight: Floats, _ hiddenWeight: Floats, _ inputBias: Floats,
        _ hiddenBias: Floats, into y: Floats
    ) {
        swapLeadingAxes(planes: batch, rows: time, columns: features, x, into: inputs.pointer)
        add(4 * hidden, inputBias, hiddenBias, into: bias.pointer)
        fillRows(time * batch, 4 * hidden, gates.pointer, with: bias.pointer)
        gemm(
            transposeB: true, m: time * batch, n: 4 * hidden, k: features, inputs.pointer, inputWeight,
            into: gates.pointer, strides: (features, features, 4 * hidden), beta: 1)
        for t in 0..<time {
            let gate = gates.pointer + t * gateStep
            if t > 0 {  // the initial hidden state is zero
                gemm(
                    transposeB: true, m: batch, n: 4 * hidden, k: hidden, outputs.pointer + t * step,
                    hiddenWeight, into: gate, strides: (hidden, hidden, 4 * hidden), beta: 1)
            }
            lstmGates(
                batch, hidden: hidden, gates: gate, cellBefore: cells.pointer + t * step,
                cell: cells.pointer + (t + 1) * step, cellTanh: cellTanhs.pointer + t * step,
                output: outputs.pointer + (t + 1) * step)
        }
        swapLeadingAxes(planes: time, rows: batch, columns: hidden, outputs.pointer + step, into: y)
        holdsActivations = true
    }

    /// Backpropagation through time: from ∂L/∂h of every step to ∂L/∂pre-activations, left in `gates`.
    func backpropagateGates(_ g: Floats, _ hiddenWeight: Floats) {
        precondition(holdsActivations, "lstm needs a forward pass before each backward pass")
        holdsActivations = false
        swapLeadingAxes(planes: batch, rows: time, columns: hidden, g, into: outputGradients.pointer)
        fill(step, cellGradient.pointer, with: 0)
        for t in (0..<time).reversed() {
            let gate = gates.pointer + t * gateStep
            lstmGatesBackward(
                batch, hidden: hidden, gates: gate, cellBefore: cells.pointer + t * step,
                cellTanh: cellTanhs.pointer + t * step, outputGradient: outputGradients.pointer + t * step,
                cellGradient: cellGradient.pointer)
            if t > 0 {  // ∂L/∂h_{t−1} += ∂gates U
                gemm(
                    m: batch, n: hidden, k: 4 * hidden, gate, hiddenWeight,
                    into: outputGradients.pointer + (t - 1) * step, strides: (4 * hidden, hidden, hidden),
                    beta: 1)
            }
        }
    }

    /// ∂L/∂x = ∂gates W, back in batch-major order. Overwrites the inputs: the weights' gradients come first.
    func inputGradient(_ inputWeight: Floats, into target: Floats, beta: Float) {
        gemm(
            m: time * batch, n: features, k: 4 * hidden, gates.pointer, inputWeight, into: inputs.pointer,
            strides: (4 * hidden, features, features), beta: 0)
        swapLeadingAxes(
            planes: time, rows: batch, columns: features, inputs.pointer, into: target, beta: beta)
    }

    /// ∂L/∂W = Σ_t ∂gates_tᵀ x_t.
    func inputWeightGradient(into target: Floats, beta: Float) {
        gemm(
            transposeA: true, m: 4 * hidden, n: features, k: time * batch, gates.pointer, inputs.pointer,
            into: target, strides: (4 * hidden, features, features), beta: beta)
    }

    /// ∂L/∂U = Σ_t ∂gates_tᵀ h_{t−1}; the initial state is zero and adds nothing.
    func hiddenWeightGradient(into target: Floats, beta: Float) {
        gemm(
            transposeA: true, m: 4 * hidden, n: hidden, k: (time - 1) * batch, gates.pointer + gateStep,
            outputs.pointer + step, into: target, strides: (4 * hidden, hidden, hidden), beta: beta)
    }

    /// ∂L/∂b = ∂L/∂c = Σ_t Σ_n ∂gates.
    func biasGradient(into target: Floats, beta: Float) {
        columnSums(time * batch, 4 * hidden, gates.pointer, into: target, beta: beta)
    }
}
