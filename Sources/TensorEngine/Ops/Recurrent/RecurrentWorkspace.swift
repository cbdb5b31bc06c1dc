import Kernels

/// What recurrent layers of all kinds keep between the forward pass and backpropagation through time.
///
/// Inside, units are rows and samples lie along the vectors, padded with zeros to a multiple of 16: a time step is
/// `lanes` columns of `[rows, time · lanes]`, weights are used as they are stored, and nothing has a ragged end.
final class RecurrentWorkspace {
    let batch, time, features, hidden, gateCount: Int
    /// Samples, padded.
    let lanes: Int
    let inputs: Storage  // [features, time·lanes]
    let gates: Storage  // [gateCount·hidden, time·lanes]: activations, after backward ∂L/∂pre-activations
    let states: Storage  // [hidden, (1 + time)·lanes]: h, the initial one first
    let stateGradients: Storage  // [hidden, (1 + time)·lanes]
    private let sampleMajor: Storage  // [time·lanes, features or hidden, padded]
    /// Whether `gates` holds activations: backward overwrites them.
    private var holdsActivations = false

    init(batch: Int, time: Int, features: Int, hidden: Int, gateCount: Int) {
        (self.batch, self.time, self.features, self.hidden) = (batch, time, features, hidden)
        self.gateCount = gateCount
        lanes = (batch + 15) / 16 * 16
        inputs = Storage(count: features * time * lanes)
        gates = Storage(count: gateCount * hidden * time * lanes)
        states = Storage(count: hidden * (1 + time) * lanes)
        stateGradients = Storage(count: hidden * (1 + time) * lanes)
        sampleMajor = Storage(count: time * lanes * Self.padded(max(features, hidden)))
    }

    private static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// Columns of all time steps together.
    var span: Int { time * lanes }

    /// A `[rows, time·lanes]` matrix from time step `t` on.
    func step(_ t: Int, of storage: Storage, firstRow: Int = 0) -> RowsView {
        RowsView(storage.pointer + firstRow * span + t * lanes, stride: span)
    }

    /// A `[hidden, (1 + time)·lanes]` matrix from the state before time step `t` on.
    func state(before t: Int, of storage: Storage) -> RowsView {
        RowsView(storage.pointer + t * lanes, stride: span + lanes)
    }

    // MARK: Forward

    /// Takes in `[batch, time, features]`, and computes every step's `W x + b (+ c)` at once.
    ///
    /// - Parameter hiddenBiasRows: how many of c's rows are added now.
    func project(
        _ x: Floats, _ inputWeight: Floats, _ inputBias: Floats, _ hiddenBias: Floats, hiddenBiasRows: Int
    ) {
        for t in 0..<time {
            transpose(
                rows: batch, columns: features, x + t * features, xStride: time * features,
                into: inputs.pointer + t * lanes, yStride: span)
        }
        fillRowConstants(hiddenBiasRows, span, gates.pointer, stride: span, inputBias, hiddenBias)
        fillRowConstants(
            gateCount * hidden - hiddenBiasRows, span, gates.pointer + hiddenBiasRows * span, stride: span,
            inputBias + hiddenBiasRows)
        multiply(
            m: gateCount * hidden, n: span, k: features, MatrixView(inputWeight, rowStride: features),
            step(0, of: inputs), into: step(0, of: gates), beta: 1)
        holdsActivations = true
    }

    /// Adds `U h` of the first `rows` rows of U to a step's pre-activations.
    func addRecurrence(at t: Int, _ hiddenWeight: Floats, rows: Int) {
        multiply(
            m: rows, n: lanes, k: hidden, MatrixView(hiddenWeight, rowStride: hidden),
            state(before: t, of: states), into: step(t, of: gates), beta: 1)
    }

    /// The initial state `[batch, hidden]`, zeros where there is none.
    func begin(with initial: Floats?, in storage: Storage) {
        guard let initial else { return }
        transpose(
            rows: batch, columns: hidden, initial, xStride: hidden, into: storage.pointer,
            yStride: span + lanes)
    }

    /// Gives every state, `[batch, time, hidden]`, or the last, `[batch, hidden]`.
    func emit(_ output: SequenceOutput, into y: Floats) {
        for t in output == .all ? 0..<time : (time - 1)..<time {
            let (target, stride) = output == .all ? (y + t * hidden, time * hidden) : (y, hidden)
            transpose(
                rows: hidden, columns: batch, state(before: t + 1, of: states).pointer, xStride: span + lanes,
                into: target, yStride: stride)
        }
    }

    // MARK: Backward

    /// Takes in ∂L/∂h of every step, or of the last.
    func receive(_ gradient: Floats, of output: SequenceOutput) {
        precondition(holdsActivations, "a recurrent layer needs a forward pass before each backward pass")
        holdsActivations = false
        if output == .last { fill(stateGradients.count, stateGradients.pointer, with: 0) }
        for t in output == .all ? 0..<time : (time - 1)..<time {
            let (source, stride) =
                output == .all ? (gradient + t * hidden, time * hidden) : (gradient, hidden)
            transpose(
                rows: batch, columns: hidden, source, xStride: stride,
                into: state(before: t + 1, of: stateGradients).pointer, yStride: span + lanes)
        }
        for row in 0..<hidden { fill(lanes, stateGradients.pointer + row * (span + lanes), with: 0) }
    }

    /// Adds `Uᵀ ∂gates` of `rows` rows of U to the gradient of the state before step `t`.
    func addStateGradient(at t: Int, _ hiddenWeight: Floats, _ gates: RowsView, rows: Int) {
        multiply(
            m: hidden, n: lanes, k: rows, MatrixView(hiddenWeight, rowStride: hidden).transposed, gates,
            into: state(before: t, of: stateGradients), beta: 1)
    }

    /// ∂L/∂x = Wᵀ ∂gates, as `[batch, time, features]`. Overwrites the inputs: W's gradient comes first.
    func inputGradient(_ inputWeight: Floats, into target: Floats, beta: Float) {
        multiply(
            m: features, n: span, k: gateCount * hidden,
            MatrixView(inputWeight, rowStride: features).transposed, step(0, of: gates),
            into: step(0, of: inputs), beta: 0)
        for t in 0..<time {
            transpose(
                rows: features, columns: lanes, inputs.pointer + t * lanes, xStride: span,
                into: sampleMajor.pointer, yStride: features)
            for sample in 0..<batch {
                accumulate(
                    features, sampleMajor.pointer + sample * features,
                    into: target + (sample * time + t) * features, beta: beta)
            }
        }
    }

    /// ∂L/∂W = Σ ∂gates xᵀ over time steps and samples.
    func inputWeightGradient(into target: Floats, beta: Float) {
        let stride = Self.padded(features)
        transpose(
            rows: features, columns: span, inputs.pointer, xStride: span, into: sampleMajor.pointer,
            yStride: stride)
        multiply(
            m: gateCount * hidden, n: features, k: span, MatrixView(gates.pointer, rowStride: span),
            RowsView(sampleMajor.pointer, stride: stride), into: RowsView(target, stride: features),
            beta: beta)
    }

    /// ∂L/∂U = Σ ∂gates hᵀ, h being the state before each step.
    ///
    /// - Parameter gates: `[rows, time·lanes]`: the gradients of the rows of U, in one or more pieces.
    func hiddenWeightGradient(_ gates: [(rows: Int, gradients: Storage)], into target: Floats, beta: Float) {
        let stride = Self.padded(hidden)
        transpose(
            rows: hidden, columns: span, states.pointer, xStride: span + lanes, into: sampleMajor.pointer,
            yStride: stride)
        var firstRow = 0
        for (rows, gradients) in gates {
            multiply(
                m: rows, n: hidden, k: span, MatrixView(gradients.pointer, rowStride: span),
                RowsView(sampleMajor.pointer, stride: stride),
                into: RowsView(target + firstRow * hidden, stride: hidden), beta: beta)
            firstRow += rows
        }
    }

    /// ∂L/∂b = Σ ∂gates over time steps and samples.
    func biasGradient(_ rows: Int, _ gradients: Storage, into target: Floats, beta: Float) {
        rowSums(rows, span, gradients.pointer, stride: span, into: target, beta: beta)
    }

    /// ∂L/∂ of the initial state, as `[batch, hidden]`.
    func initialGradient(_ storage: Storage, stride: Int, into target: Floats, beta: Float) {
        transpose(
            rows: hidden, columns: lanes, storage.pointer, xStride: stride, into: sampleMajor.pointer,
            yStride: hidden)
        accumulate(batch * hidden, sampleMajor.pointer, into: target, beta: beta)
    }
}

/// Which hidden states a recurrent layer gives.
public enum SequenceOutput: Sendable {
    /// Every step's, `[batch, time, hidden]`.
    case all
    /// The last step's, `[batch, hidden]`.
    case last
}
