import Kernels

extension RecurrentWorkspace {
    /// Takes in x `[batch, time, features]`, the weights W, U, b and c where they changed, and the initial h where it is not
    /// zero.
    func begin(_ y: Tensor, _ x: Tensor, _ weights: [Tensor], _ initialHidden: Tensor?) {
        for t in 0..<time {
            let step = operands(at: t)
            for sample in 0..<batch {
                kernels.copy(features, x.pointer + (sample * time + t) * features, into: step.row(sample))
            }
        }
        if y.mustTakeIn(weights) { load(weights) }
        if let initialHidden { takeIn(initialHidden.pointer, as: state(before: 0)) }
        holdsActivations = true
    }

    /// Arranges W and U as factors of the forward products, and adds b and c.
    private func load(_ weights: [Tensor]) {
        let (inputBias, hiddenBias) = (weights[2].pointer, weights[3].pointer)
        for block in blocks {
            let (rows, columns) = (block.rows, block.columns)
            if columns.lowerBound == 0 {
                let own = MatrixView(weights[0].pointer + rows.lowerBound * features, rowStride: features)
                block.factor.load(own.transposed, rows: features)
            }
            if columns.upperBound > features {
                let own = MatrixView(
                    weights[1].pointer + hiddenWeightRow(of: rows.lowerBound) * hidden, rowStride: hidden)
                block.factor.load(own.transposed, rows: hidden, at: columns.count - hidden)
            }
        }
        kernels.copy(gateRows, inputBias, into: biases.pointer)
        kernels.fill(rows - gateRows, biases.pointer + gateRows, with: 0)
        for range in hiddenRows {
            let own = biases.pointer + range.lowerBound
            kernels.add(range.count, own, hiddenBias + hiddenWeightRow(of: range.lowerBound), into: own)
        }
        holdsBackwardFactors = false
    }

    /// The row of U that belongs to a row of `gates`.
    func hiddenWeightRow(of row: Int) -> Int { row >= gateRows ? row - hidden : row }

    /// Takes in a state, or its gradient, `[batch, hidden]`.
    func takeIn(_ source: Floats, as state: RowsView) {
        for sample in 0..<batch {
            kernels.copy(hidden, source + sample * hidden, into: state.row(sample))
        }
    }

    /// A step's `W x + U h`, to which the cell adds the biases; `W x` alone where h is zero.
    func project(at t: Int, usesState: Bool) {
        for block in blocks {
            let columns = usesState ? block.columns : block.columns.clamped(to: 0..<features)
            block.factor.multiply(
                m: batch, k: columns.count, operands(at: t, from: columns.lowerBound).matrix,
                into: gates(at: t, from: block.rows.lowerBound), beta: 0)
        }
    }

    /// Gives every state, `[batch, time, hidden]`, or the last, `[batch, hidden]`.
    func emit(_ output: SequenceOutput, into y: Floats) {
        for t in output == .all ? 0..<time : (time - 1)..<time {
            let state = state(before: t + 1)
            for sample in 0..<batch {
                kernels.copy(
                    hidden, state.row(sample), into: y + outputRow(sample, at: t, of: output) * hidden)
            }
        }
    }

    /// The row of `[batch · time, hidden]`, or of `[batch, hidden]`, that holds a sample's state after step `t`.
    func outputRow(_ sample: Int, at t: Int, of output: SequenceOutput) -> Int {
        output == .all ? sample * time + t : sample
    }
}
