import Kernels

extension RecurrentWorkspace {
    /// Backpropagation through time, from ∂L/∂h of every step or of the last: leaves the weights' and biases'
    /// gradients, ∂L/∂x in the place of x, and ∂L/∂h before the first step in `stateGradient`.
    ///
    /// - Parameters:
    ///   - wanted: whether ∂L/∂x and ∂L/∂ of the initial state are.
    ///   - carries: whether `gatesBackward` leaves in `stateGradient` what of ∂L/∂h flows past the gates.
    ///   - gatesBackward: writes a step's ∂L/∂pre-activations from `stateGradient`, ∂L/∂h after the step.
    func backpropagate(
        from y: Tensor, of output: SequenceOutput, wanted: (input: Bool, initial: Bool),
        carries: Bool = false, gatesBackward: (_ t: Int, _ gateGradients: RowsView) -> Void
    ) {
        precondition(holdsActivations, "a recurrent layer needs a forward pass before each backward pass")
        holdsActivations = false
        kernels.fill(stateGradient.count, stateGradient.pointer, with: 0)
        for t in (0..<time).reversed() {
            if output == .all || t == time - 1 { receive(y.gradientPointer, of: output, at: t) }
            let column = t % chunk * lanes
            gatesBackward(t, gateGradients(from: 0, column))
            if t > 0 || wanted.initial { addStateGradient(column, carries: carries) }
            kernels.transpose(
                rows: features + hidden, columns: lanes, operands(at: t).pointer, xStride: stride,
                into: sampleMajor.pointer + column * weightStride, yStride: weightStride)
            if wanted.input {
                kernels.multiply(
                    m: features, n: lanes, k: gateRows, weights(0, 0).transposed,
                    gateGradients(from: 0, column), into: operands(at: t), beta: 0)
            }
            if column == 0 { addWeightGradient(steps: t..<min(t + chunk, time)) }
            y.pause()
        }
    }

    /// A chunk of steps' ∂L/∂pre-activations, from a row and column on.
    private func gateGradients(from row: Int, _ column: Int) -> RowsView {
        RowsView(gateGradients.pointer + row * chunkStride + column, stride: chunkStride)
    }

    /// Adds the layer's output gradient at a step.
    private func receive(_ gradient: Floats, of output: SequenceOutput, at t: Int) {
        let (source, sourceStride) =
            output == .all ? (gradient + t * hidden, time * hidden) : (gradient, hidden)
        kernels.transpose(
            rows: batch, columns: hidden, source, xStride: sourceStride, into: scratch.pointer,
            yStride: stride)
        for unit in 0..<hidden {
            let target = stateGradient.pointer + unit * stride
            kernels.add(batch, scratch.pointer + unit * stride, target, into: target)
        }
    }

    /// Goes back to ∂L/∂h before a step: `Uᵀ ∂gates`, and what is there already if the cell carries it.
    private func addStateGradient(_ column: Int, carries: Bool) {
        for range in hiddenRows {
            kernels.multiply(
                m: hidden, n: lanes, k: range.count, weights(range.lowerBound, features).transposed,
                gateGradients(from: range.lowerBound, column),
                into: RowsView(stateGradient.pointer, stride: stride),
                beta: carries || range.lowerBound > 0 ? 1 : 0)
        }
    }

    /// Adds a chunk's `Σ ∂gates [x; h]ᵀ` and `Σ ∂gates`.
    private func addWeightGradient(steps: Range<Int>) {
        let (count, beta) = (steps.count * lanes, Float(steps.upperBound == time ? 0 : 1))
        for (rows, columns) in blocks {
            kernels.multiply(
                m: rows.count, n: columns.count, k: count,
                MatrixView(gateGradients(from: rows.lowerBound, 0).pointer, rowStride: chunkStride),
                RowsView(sampleMajor.pointer + columns.lowerBound, stride: weightStride),
                into: RowsView(
                    weightGradient.pointer + rows.lowerBound * weightStride + columns.lowerBound,
                    stride: weightStride), beta: beta)
        }
        kernels.rowSums(
            rows, count, gateGradients.pointer, stride: chunkStride, into: biasGradient.pointer, beta: beta)
    }

    // MARK: What backpropagation leaves

    /// Gives x, the weights W, U, b and c, and the initial h their gradients.
    func giveGradients(to x: Tensor, _ weights: [Tensor], _ initialHidden: Tensor?) {
        weights[0].receiveGradient(inputWeightGradient)
        weights[1].receiveGradient(hiddenWeightGradient)
        weights[2].receiveGradient(inputBiasGradient)
        weights[3].receiveGradient(hiddenBiasGradient)
        x.receiveGradient(inputGradient)
        initialHidden?.receiveGradient { initialGradient(stateGradient, into: $0, beta: $1) }
    }

    /// ∂L/∂W = Σ ∂gates xᵀ over time steps and samples.
    private func inputWeightGradient(into target: Floats, beta: Float) {
        for row in 0..<gateRows {
            kernels.accumulate(
                features, weightGradient.pointer + row * weightStride, into: target + row * features,
                beta: beta)
        }
    }

    /// ∂L/∂U = Σ ∂gates hᵀ, h being the state before each step.
    private func hiddenWeightGradient(into target: Floats, beta: Float) {
        for (index, row) in hiddenRows.joined().enumerated() {
            kernels.accumulate(
                hidden, weightGradient.pointer + row * weightStride + features, into: target + index * hidden,
                beta: beta)
        }
    }

    /// ∂L/∂b = Σ ∂gates over time steps and samples.
    private func inputBiasGradient(into target: Floats, beta: Float) {
        kernels.accumulate(gateRows, biasGradient.pointer, into: target, beta: beta)
    }

    /// ∂L/∂c, the same but for a gate whose `U h + c` is apart.
    private func hiddenBiasGradient(into target: Floats, beta: Float) {
        var first = 0
        for range in hiddenRows {
            kernels.accumulate(
                range.count, biasGradient.pointer + range.lowerBound, into: target + first, beta: beta)
            first += range.count
        }
    }

    /// ∂L/∂x = Wᵀ ∂gates, as `[batch, time, features]`.
    private func inputGradient(into target: Floats, beta: Float) {
        for t in 0..<time {
            kernels.transpose(
                rows: features, columns: lanes, operands(at: t).pointer, xStride: stride,
                into: scratch.pointer, yStride: features)
            for sample in 0..<batch {
                kernels.accumulate(
                    features, scratch.pointer + sample * features,
                    into: target + (sample * time + t) * features, beta: beta)
            }
        }
    }

    /// ∂L/∂ of an initial state, `[hidden, stride]`, as `[batch, hidden]`.
    func initialGradient(_ storage: Storage, into target: Floats, beta: Float) {
        kernels.transpose(
            rows: hidden, columns: lanes, storage.pointer, xStride: stride, into: scratch.pointer,
            yStride: hidden)
        kernels.accumulate(batch * hidden, scratch.pointer, into: target, beta: beta)
    }
}
