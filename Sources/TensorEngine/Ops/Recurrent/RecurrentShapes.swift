/// Ends the process unless a recurrent op's operands fit together.
func requireRecurrentShapes(
    _ name: String, _ x: Tensor, _ weights: [Tensor], gateCount: Int, hidden: Int, initial: [Tensor?]
) {
    let rows = gateCount * hidden
    let fits =
        x.shape.count == 3 && x.shape[0] > 0 && x.shape[1] > 0
        && weights.map(\.shape) == [[rows, x.shape[2]], [rows, hidden], [rows], [rows]]
        && initial.allSatisfy { $0 == nil || $0?.shape == [x.shape[0], hidden] }
    let gates = gateCount == 1 ? "" : "\(gateCount)·"
    requireShape(
        fits,
        """
        \(name) needs [batch, time ≥ 1, features], [\(gates)hidden, features], [\(gates)hidden, hidden], \
        [\(gates)hidden], [\(gates)hidden] and initial states [batch, hidden], \
        got \(x.shape), \(weights.map(\.shape)) and \(initial.map { $0?.shape })
        """)
}

extension Tensor {
    /// Notes the products of a recurrent layer: W x and U h forward; both weights' and h's gradients backward, and x's
    /// where it wants one. Where h begins at zero, neither it nor its gradient is multiplied at the first step.
    func costingRecurrence(gates: Int, _ x: Tensor, hidden: Int, initial: Tensor?) -> Tensor {
        let (batch, steps, features) = (x.shape[0], x.shape[1], x.shape[2])
        let (input, weights) = (batch * steps * gates * hidden * features, batch * gates * hidden * hidden)
        let recurrence = (initial == nil ? steps - 1 : steps) * weights
        return costing(
            input + recurrence,
            backward: input * (x.requiresGradient ? 2 : 1) + recurrence + steps * weights)
    }
}
