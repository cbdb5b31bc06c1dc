import Kernels

/// A graph in the order it is computed, to be replayed on new inputs of the same shapes without allocating.
///
/// Build the graph once from leaves, then overwrite the leaves' values and call `forward()` and `backward()`.
public struct Recording {
    public let output: Tensor
    private let nodes: [Tensor]
    private let leaves: [Tensor]

    public init(of output: Tensor) {
        self.output = output
        let order = output.topologicalOrder()
        nodes = order.filter { $0.forwardPass != nil }
        leaves = order.filter { $0.forwardPass == nil && $0.requiresGradient }
    }

    /// Multiplications of the products in a forward and in a backward pass.
    public var multiplications: (forward: Int, backward: Int) {
        nodes.reduce((0, 0)) { ($0.0 + $1.multiplications.forward, $0.1 + $1.multiplications.backward) }
    }

    /// Computes every node again from the leaves' present values.
    public func forward() {
        for node in nodes { node.forwardPass?(node) }
    }

    /// Writes ∂output/∂leaf into each leaf's gradient, overwriting what was there.
    ///
    /// The output must be one value. Gradients of a node used several times are added in a fixed order.
    public func backward() {
        precondition(output.count == 1, "backward needs one value, the shape is \(output.shape)")
        for node in nodes { node.hasGradient = false }
        for leaf in leaves { leaf.hasGradient = false }
        output.receiveGradient { target, _ in target[0] = 1 }
        for node in nodes.reversed() where node.hasGradient { node.backwardPass?(node) }
        for leaf in leaves where !leaf.hasGradient {
            leaf.receiveGradient { target, _ in fill(leaf.count, target, with: 0) }
        }
    }
}

extension Tensor {
    /// Computes ∂self/∂leaf for every leaf that requires a gradient.
    public func backward() {
        Recording(of: self).backward()
    }

    /// Every node this one was computed from, inputs before outputs, without recursion.
    func topologicalOrder() -> [Tensor] {
        var order: [Tensor] = []
        var visited: Set<ObjectIdentifier> = [ObjectIdentifier(self)]
        var path: [(node: Tensor, nextInput: Int)] = [(self, 0)]
        while let (node, next) = path.last {
            guard next < node.inputs.count else {
                order.append(node)
                path.removeLast()
                continue
            }
            path[path.count - 1].nextInput += 1
            let input = node.inputs[next]
            if visited.insert(ObjectIdentifier(input)).inserted { path.append((input, 0)) }
        }
        return order
    }
}
