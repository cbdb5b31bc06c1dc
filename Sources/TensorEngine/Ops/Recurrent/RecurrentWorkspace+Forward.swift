import Kernels

extension RecurrentWorkspace {
    /// Takes in x `[batch, time, features]`, the weights and the biases.
    func begin(
        _ x: Floats, _ inputWeight: Floats, _ hiddenWeight: Floats, _ inputBias: Floats, _ hiddenBias: Floats
    ) {
        for t in 0..<time {
            transpose(
                rows: batch, columns: features, x + t * features, xStride: time * features,
                into: operands(at: t).pointer, yStride: stride)
        }
        for row in 0..<gateRows {
            copy(features, inputWeight + row * features, into: weights(row, 0).pointer)
        }
        copy(gateRows, inputBias, into: biases.pointer)
        fill(rows - gateRows, biases.pointer + gateRows, with: 0)
        var first = 0
        for range in hiddenRows {
            for row in range {
                copy(
                    hidden, hiddenWeight + (first + row - range.lowerBound) * hidden,
                    into: weights(row, features).pointer)
            }
            let bias = biases.pointer + range.lowerBound
            add(range.count, bias, hiddenBias + first, into: bias)
            first += range.count
        }
        holdsActivations = true
    }

    /// An initial state `[batch, hidden]`, into the first step of the states.
    func begin(with initial: Floats, in state: RowsView) {
        transpose(
            rows: batch, columns: hidden, initial, xStride: hidden, into: state.pointer, yStride: stride)
    }

    /// A step's `W x + U h`, to which the cell adds the biases; `W x` alone where h is zero.
    func project(at t: Int, usesState: Bool) {
        for block in blocks {
            let columns = usesState ? block.columns : block.columns.clamped(to: 0..<features)
            let (row, column) = (block.rows.lowerBound, columns.lowerBound)
            multiply(
                m: block.rows.count, n: lanes, k: columns.count, weights(row, column),
                operands(at: t, from: column), into: gates(at: t, from: row), beta: 0)
        }
    }

    /// Gives every state, `[batch, time, hidden]`, or the last, `[batch, hidden]`.
    func emit(_ output: SequenceOutput, into y: Floats) {
        for t in output == .all ? 0..<time : (time - 1)..<time {
            let (target, stride) = output == .all ? (y + t * hidden, time * hidden) : (y, hidden)
            transpose(
                rows: hidden, columns: batch, state(before: t + 1).pointer, xStride: self.stride,
                into: target, yStride: stride)
        }
    }
}
