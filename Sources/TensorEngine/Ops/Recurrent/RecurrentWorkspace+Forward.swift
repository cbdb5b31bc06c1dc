import Kernels

extension RecurrentWorkspace {
    /// Takes in x `[batch, time, features]`, the weights W, U, b and c where they changed, and the initial h where it is not
    /// zero.
    func begin(_ y: Tensor, _ x: Tensor, _ weights: [Tensor], _ initialHidden: Tensor?) {
        for t in 0..<time {
            kernels.copyRows(
                batch, features, RowsView(x.pointer + t * features, stride: time * features),
                into: operands(at: t))
        }
        if y.mustTakeIn(weights) { load(weights) }
        if let initialHidden { takeIn(initialHidden.pointer, as: state(before: 0)) }
        holdsActivations = true
    }

    /// Arranges W and U as factors of the forward products, and adds b and c.
    private func load(_ weights: [Tensor]) {
        let (input, state) = (weights[0].pointer, weights[1].pointer)
        for block in blocks {
            let gate = gateOrder[block.gates.lowerBound]
            if let own = gate.input {
                let rows = MatrixView(input + own * hidden * features, rowStride: features)
                block.factor.load(rows.transposed, rows: features)
            }
            if let own = gate.hidden {
                let rows = MatrixView(state + own * hidden * hidden, rowStride: hidden)
                block.factor.load(rows.transposed, rows: hidden, at: block.terms - hidden)
            }
        }
        kernels.fill(biases.count, biases.pointer, with: 0)
        for (index, gate) in gateOrder.enumerated() {
            let target = biases.pointer + index * width
            if let own = gate.input { kernels.copy(hidden, weights[2].pointer + own * hidden, into: target) }
            if let own = gate.hidden {
                kernels.add(hidden, target, weights[3].pointer + own * hidden, into: target)
            }
        }
        holdsBackwardFactors = false
    }

    /// Takes in a state, or its gradient, `[batch, hidden]`.
    func takeIn(_ source: Floats, as state: RowsView) {
        kernels.copyRows(batch, hidden, RowsView(source, stride: hidden), into: state)
    }

    /// A step's `W x + U h`, to which the cell adds the biases; `W x` alone where h is zero.
    func project(at t: Int, usesState: Bool) {
        for block in blocks {
            block.factor.multiply(
                m: batch, k: usesState || !block.hasHidden ? block.terms : block.terms - hidden,
                (block.hasInput ? operands(at: t) : state(before: t)).matrix,
                into: preActivations(from: block.gates.lowerBound), beta: 0)
        }
    }

    /// Gives every state, `[batch, time, hidden]`, or the last, `[batch, hidden]`.
    func emit(_ output: SequenceOutput, into y: Floats) {
        for t in output == .all ? 0..<time : (time - 1)..<time {
            kernels.copyRows(batch, hidden, state(before: t + 1), into: rows(of: y, at: t, output))
        }
    }

    /// The rows of `[batch, time, hidden]`, or of `[batch, hidden]`, that belong to step `t`.
    func rows(of y: Floats, at t: Int, _ output: SequenceOutput) -> RowsView {
        output == .all ? RowsView(y + t * hidden, stride: time * hidden) : RowsView(y, stride: hidden)
    }
}
