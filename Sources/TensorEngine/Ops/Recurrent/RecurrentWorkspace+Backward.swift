import Kernels

extension RecurrentWorkspace {
    /// Backpropagation through time, from ∂L/∂h of every step or of the last, to x, the weights W, U, b and c, and the
    /// initial h.
    ///
    /// - Parameters:
    ///   - carries: whether `gatesBackward` leaves in `stateGradient` what of ∂L/∂h flows past the gates.
    ///   - gatesBackward: writes a step's ∂L/∂pre-activations, from `stateGradient`, ∂L/∂h after the step.
    func backpropagate(
        from y: Tensor, of output: SequenceOutput, to x: Tensor, _ weights: [Tensor],
        _ initialHidden: Tensor?, carries: Bool = false,
        gatesBackward: (_ t: Int, _ gradients: RowsView) -> Void
    ) {
        precondition(holdsActivations, "a recurrent layer needs a forward pass before each backward pass")
        holdsActivations = false
        loadBackwardFactors(weights)
        kernels.fill(stateGradient.count, stateGradient.pointer, with: 0)
        let stateGradients = RowsView(stateGradient.pointer, stride: stateStride)
        func overTime(_ eachStep: (_ t: Int) -> Void) {
            for t in (0..<time).reversed() {
                if output == .all || t == time - 1 { receive(y.gradientPointer, of: output, at: t) }
                gatesBackward(t, gateGradients())
                if t > 0 || initialHidden?.requiresGradient ?? false {
                    backpropagate(through: hiddenFactors, into: stateGradients, beta: carries ? 1 : 0)
                }
                eachStep(t)
                kernels.groupRows(
                    samples: batch, columns: gateOrder.count * width, gateGradients(),
                    into: gates(at: t).pointer)
                y.pause()
            }
        }
        if x.requiresGradient {
            x.receiveGradient { target, beta in  // ∂L/∂x = Wᵀ ∂gates
                overTime { t in
                    backpropagate(
                        through: inputFactors,
                        into: RowsView(target + t * features, stride: time * features), beta: beta)
                }
            }
        } else {
            overTime { _ in }
        }
        sumWeightGradients(y)
        weights[0].receiveGradient(inputWeightGradient)
        weights[1].receiveGradient(hiddenWeightGradient)
        weights[2].receiveGradient(inputBiasGradient)
        weights[3].receiveGradient(hiddenBiasGradient)
        initialHidden?.receiveGradient { initialGradient(stateGradient, into: $0, beta: $1) }
    }

    private func loadBackwardFactors(_ weights: [Tensor]) {
        if holdsBackwardFactors { return }
        holdsBackwardFactors = true
        for (index, gate) in gateOrder.enumerated() {
            if let own = gate.hidden {
                let rows = MatrixView(weights[1].pointer + own * hidden * hidden, rowStride: hidden)
                hiddenFactors[index]?.load(rows, rows: hidden)
            }
            if let own = gate.input {
                let rows = MatrixView(weights[0].pointer + own * hidden * features, rowStride: features)
                inputFactors[index]?.load(rows, rows: hidden)
            }
        }
    }

    /// Adds the layer's output gradient at a step.
    private func receive(_ gradient: Floats, of output: SequenceOutput, at t: Int) {
        let source = rows(of: gradient, at: t, output)
        for sample in 0..<batch {
            let target = stateGradient.pointer + sample * stateStride
            kernels.add(hidden, source.row(sample), target, into: target)
        }
    }

    /// Adds up the gates' shares of the gradient of an operand.
    private func backpropagate(through factors: [RightFactor?], into target: RowsView, beta: Float) {
        var beta = beta
        for (gate, factor) in factors.enumerated() {
            guard let factor else { continue }
            factor.multiply(m: batch, k: hidden, gateGradients(from: gate).matrix, into: target, beta: beta)
            beta = 1
        }
    }

    // MARK: What backpropagation leaves

    /// `Σ ∂gates [x; h]ᵀ` and `Σ ∂gates` over time steps and samples.
    private func sumWeightGradients(_ y: Tensor) {
        let gradients = GroupsView(gates.pointer, stepStride: gateStep, samples: batch)
        let terms = features + hidden
        for block in blocks {
            let operands = block.hasInput ? operands(at: 0) : state(before: 0)
            // Together where nothing stands between the gates.
            let atOnce = width == hidden ? block.gates.count : 1
            for first in stride(from: block.gates.lowerBound, to: block.gates.upperBound, by: atOnce) {
                products.sumOuterProducts(
                    m: atOnce * hidden, n: block.terms, order, gradients.moved(by: first * width),
                    SamplesView(
                        operands.pointer, stepStride: operandStep, sampleStride: operandStride),
                    into: RowsView(
                        weightGradient.pointer + first * hidden * terms + (block.hasInput ? 0 : features),
                        stride: terms),
                    scratch: scratch.pointer)
                y.pause()
            }
        }
        kernels.sumRows(order, gateOrder.count * width, gradients, into: biasGradient.pointer)
    }

    /// ∂L/∂W = Σ ∂gates xᵀ.
    private func inputWeightGradient(into target: Floats, beta: Float) {
        for (index, gate) in gateOrder.enumerated() {
            guard let own = gate.input else { continue }
            for unit in 0..<hidden {
                kernels.accumulate(
                    features, weightGradient.pointer + (index * hidden + unit) * (features + hidden),
                    into: target + (own * hidden + unit) * features, beta: beta)
            }
        }
    }

    /// ∂L/∂U = Σ ∂gates hᵀ, h being the state before each step.
    private func hiddenWeightGradient(into target: Floats, beta: Float) {
        for (index, gate) in gateOrder.enumerated() {
            guard let own = gate.hidden else { continue }
            for unit in 0..<hidden {
                kernels.accumulate(
                    hidden,
                    weightGradient.pointer + (index * hidden + unit) * (features + hidden) + features,
                    into: target + (own * hidden + unit) * hidden, beta: beta)
            }
        }
    }

    /// ∂L/∂b = Σ ∂gates.
    private func inputBiasGradient(into target: Floats, beta: Float) {
        giveBiasGradient(\.input, into: target, beta: beta)
    }

    /// ∂L/∂c, the same but for a gate whose `U h + c` is apart.
    private func hiddenBiasGradient(into target: Floats, beta: Float) {
        giveBiasGradient(\.hidden, into: target, beta: beta)
    }

    private func giveBiasGradient(_ place: (Gate) -> Int?, into target: Floats, beta: Float) {
        for (index, gate) in gateOrder.enumerated() {
            guard let own = place(gate) else { continue }
            kernels.accumulate(
                hidden, biasGradient.pointer + index * width, into: target + own * hidden, beta: beta)
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
