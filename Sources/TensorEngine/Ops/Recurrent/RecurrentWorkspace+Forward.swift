import Kernels

extension RecurrentWorkspace {
    /// Takes in x `[batch, time, features]`, the weights W, U, b and c, and the initial h where it is not zero.
    func begin(_ x: Tensor, _ weights: [Tensor], _ initialHidden: Tensor?) {
        for t in 0..<time {
            kernels.transpose(
                rows: batch, columns: features, x.pointer + t * features, xStride: time * features,
                into: operands(at: t).pointer, yStride: stride)
        }
        let (inputWeight, hiddenWeight) = (weights[0].pointer, weights[1].pointer)
        let (inputBias, hiddenBias) = (weights[2].pointer, weights[3].pointer)
        for row in 0..<gateRows {
            kernels.copy(features, inputWeight + row * features, into: self.weights(row, 0).pointer)
        }
        kernels.copy(gateRows, inputBias, into: biases.pointer)
        kernels.fill(rows - gateRows, biases.pointer + gateRows, with: 0)
        for (index, row) in hiddenRows.joined().enumerated() {
            kernels.copy(hidden, hiddenWeight + index * hidden, into: self.weights(row, features).pointer)
            biases.pointer[row] += hiddenBias[index]
        }
        if let initialHidden { takeIn(initialHidden.pointer, as: state(before: 0)) }
        holdsActivations = true
    }

    /// Takes in a state, or its gradient, `[batch, hidden]`.
    func takeIn(_ source: Floats, as state: RowsView) {
        kernels.transpose(
            rows: batch, columns: hidden, source, xStride: hidden, into: state.pointer, yStride: state.stride)
    }

    /// A step's `W x + U h`, to which the cell adds the biases; `W x` alone where h is zero.
    func project(at t: Int, usesState: Bool) {
        for block in blocks {
            let columns = usesState ? block.columns : block.columns.clamped(to: 0..<features)
            let (row, column) = (block.rows.lowerBound, columns.lowerBound)
            kernels.multiply(
                m: block.rows.count, n: lanes, k: columns.count, weights(row, column),
                operands(at: t, from: column), into: gates(at: t, from: row), beta: 0)
        }
    }

    /// Gives every state, `[batch, time, hidden]`, or the last, `[batch, hidden]`.
    func emit(_ output: SequenceOutput, into y: Floats) {
        for t in output == .all ? 0..<time : (time - 1)..<time {
            let (target, stride) = output == .all ? (y + t * hidden, time * hidden) : (y, hidden)
            kernels.transpose(
                rows: hidden, columns: batch, state(before: t + 1).pointer, xStride: self.stride,
                into: target, yStride: stride)
        }
    }
}
