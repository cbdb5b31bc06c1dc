import Kernels

extension RecurrentWorkspace {
    /// Backpropagation through time, from ∂L/∂h of every step or of the last: leaves ∂L/∂pre-activations in `gates`, and
    /// ∂L/∂h before the first step in `stateGradient`.
    ///
    /// - Parameters:
    ///   - weights: W, U, b and c.
    ///   - needsInitial: whether ∂L/∂ of the initial state is wanted.
    ///   - carries: whether `gatesBackward` leaves in `stateGradient` what of ∂L/∂h flows past the gates.
    ///   - gatesBackward: turns a step's activations into ∂L/∂pre-activations by `stateGradient`, ∂L/∂h after the step.
    func backpropagate(
        from y: Tensor, of output: SequenceOutput, _ weights: [Tensor], needsInitial: Bool,
        carries: Bool = false, gatesBackward: (_ t: Int) -> Void
    ) {
        precondition(holdsActivations, "a recurrent layer needs a forward pass before each backward pass")
        holdsActivations = false
        loadBackwardFactors(weights)
        kernels.fill(stateGradient.count, stateGradient.pointer, with: 0)
        for t in (0..<time).reversed() {
            if output == .all || t == time - 1 { receive(y.gradientPointer, of: output, at: t) }
            gatesBackward(t)
            if t > 0 || needsInitial { addStateGradient(at: t, carries: carries) }
            y.pause()
        }
    }

    private func loadBackwardFactors(_ weights: [Tensor]) {
        if holdsBackwardFactors { return }
        holdsBackwardFactors = true
        for (range, factor) in zip(hiddenRows, hiddenFactors) {
            let first = weights[1].pointer + hiddenWeightRow(of: range.lowerBound) * hidden
            factor.load(MatrixView(first, rowStride: hidden), rows: range.count)
        }
        inputFactor?.load(MatrixView(weights[0].pointer, rowStride: features), rows: gateRows)
    }

    /// Adds the layer's output gradient at a step.
    private func receive(_ gradient: Floats, of output: SequenceOutput, at t: Int) {
        for sample in 0..<batch {
            let target = stateGradient.pointer + sample * stateStride
            let source = gradient + outputRow(sample, at: t, of: output) * hidden
            kernels.add(hidden, source, target, into: target)
        }
    }

    /// Goes back to ∂L/∂h before a step: `Uᵀ ∂gates`, and what is there already if the cell carries it.
    private func addStateGradient(at t: Int, carries: Bool) {
        for (range, factor) in zip(hiddenRows, hiddenFactors) {
            factor.multiply(
                m: batch, k: range.count, gates(at: t, from: range.lowerBound).matrix,
                into: RowsView(stateGradient.pointer, stride: stateStride),
                beta: carries || range.lowerBound > 0 ? 1 : 0)
        }
    }

    // MARK: What backpropagation leaves

    /// Gives x, the weights W, U, b and c, and the initial h their gradients.
    func giveGradients(from y: Tensor, to x: Tensor, _ weights: [Tensor], _ initialHidden: Tensor?) {
        sumWeightGradients(y)
        weights[0].receiveGradient(inputWeightGradient)
        weights[1].receiveGradient(hiddenWeightGradient)
        weights[2].receiveGradient(inputBiasGradient)
        weights[3].receiveGradient(hiddenBiasGradient)
        x.receiveGradient(inputGradient)
        initialHidden?.receiveGradient { initialGradient(stateGradient, into: $0, beta: $1) }
    }

    /// `Σ ∂gates [x; h]ᵀ` and `Σ ∂gates` over time steps and samples.
    private func sumWeightGradients(_ y: Tensor) {
        let gradients = SamplesView(
            gates.pointer, stepStride: batch * gateStride, sampleStride: gateStride)
        let inputs = SamplesView(
            operands.pointer, stepStride: batch * operandStride, sampleStride: operandStride)
        for block in blocks {
            let (row, column) = (block.rows.lowerBound, block.columns.lowerBound)
            products.sumOuterProducts(
                m: block.rows.count, n: block.columns.count, order, gradients.moved(by: row),
                inputs.moved(by: column),
                into: RowsView(
                    weightGradient.pointer + row * operandStride + column, stride: operandStride),
                scratch: scratch.pointer)
            y.pause()
        }
        kernels.sumRows(order, rows, gradients, into: biasGradient.pointer)
    }

    /// ∂L/∂W = Σ ∂gates xᵀ.
    private func inputWeightGradient(into target: Floats, beta: Float) {
        for row in 0..<gateRows {
            kernels.accumulate(
                features, weightGradient.pointer + row * operandStride, into: target + row * features,
                beta: beta)
        }
    }

    /// ∂L/∂U = Σ ∂gates hᵀ, h being the state before each step.
    private func hiddenWeightGradient(into target: Floats, beta: Float) {
        for (index, row) in hiddenRows.joined().enumerated() {
            kernels.accumulate(
                hidden, weightGradient.pointer + row * operandStride + features,
                into: target + index * hidden, beta: beta)
        }
    }

    /// ∂L/∂b = Σ ∂gates.
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
            inputFactor?.multiply(
                m: batch, k: gateRows, gates(at: t).matrix,
                into: RowsView(target + t * features, stride: time * features), beta: beta)
        }
    }

    /// ∂L/∂ of an initial state, as `[batch, hidden]`.
    func initialGradient(_ storage: Storage, into target: Floats, beta: Float) {
        for sample in 0..<batch {
            kernels.accumulate(
                hidden, storage.pointer + sample * stateStride, into: target + sample * hidden, beta: beta)
        }
    }
}
