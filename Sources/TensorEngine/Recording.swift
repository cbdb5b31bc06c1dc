import Kernels

/// A graph in the order it is computed, to be replayed on new inputs of the same shapes without allocating.
///
/// Build the graph once from leaves, then overwrite the leaves' values and call `forward()` and `backward()`.
public struct Recording {
    /// What is computed; a backward pass starts at the first.
    public let outputs: [Tensor]
    private let nodes: [Tensor]
    /// The leaves that get a gradient.
    public let leaves: [Tensor]
    /// For each node, the leaves whose gradient its backward completes: it is the first to use them, and the last on
    /// the way back.
    private let completed: [[Int]]

    /// Whether each leaf's gradient comes from one node alone, which can then sum each of several shards apart.
    public let usesLeavesOnce: Bool

    public init(of outputs: Tensor...) { self.init(of: outputs) }

    public init(of outputs: [Tensor]) {
        self.outputs = outputs
        let order = outputs.topologicalOrder()
        nodes = order.filter { $0.forwardPass != nil }
        // How often a gradient comes to each tensor; those behind a `detach`, for example, get none.
        var arrivals = [ObjectIdentifier(outputs[0]): 1]
        for node in order.reversed() where node.backwardPass != nil && arrivals[ObjectIdentifier(node)] != nil
        {
            for operand in node.operands where operand.requiresGradient {
                arrivals[ObjectIdentifier(operand), default: 0] += 1
            }
        }
        leaves = order.filter {
            $0.forwardPass == nil && $0.requiresGradient && arrivals[ObjectIdentifier($0)] != nil
        }
        usesLeavesOnce = leaves.allSatisfy { arrivals[ObjectIdentifier($0)] == 1 }
        var unseen = [ObjectIdentifier: Int](
            uniqueKeysWithValues: leaves.enumerated().map { (ObjectIdentifier($1), $0) })
        completed = nodes.map { node in
            node.operands.compactMap { unseen.removeValue(forKey: ObjectIdentifier($0)) }
        }
    }

    /// Multiplications of the products in a forward and in a backward pass.
    public var multiplications: (forward: Int, backward: Int) {
        nodes.reduce((0, 0)) { ($0.0 + $1.multiplications.forward, $0.1 + $1.multiplications.backward) }
    }

    /// Computes every node again from the leaves' present values.
    ///
    /// - Parameter parametersChanged: false promises that no leaf that gets a gradient has changed since the last time: what
    ///   ops made of their weights then, such as packed panels, is still good.
    public func forward(parametersChanged: Bool = true) {
        flushingSubnormals {
            for node in nodes {
                node.parametersChanged = parametersChanged
                node.forwardPass?(node)
            }
        }
    }

    /// Writes ∂output/∂leaf into each leaf's gradient, overwriting what was there.
    ///
    /// The output must be one value, or one for each shard, whose sum is then differentiated. Gradients of a node used
    /// several times are added in a fixed order.
    ///
    /// - Parameter observer: hears how far the pass has come.
    public func backward(observer: (any BackwardObserver)? = nil) {
        let output = outputs[0]
        requireShape(
            output.count == (output.sumOrder?.shards.count ?? 1),
            "backward needs one value, or one for each shard, the shape is \(output.shape)")
        flushingSubnormals { backward(from: output, observer) }
    }

    private func backward(from output: Tensor, _ observer: (any BackwardObserver)?) {
        for node in nodes { node.hasGradient = false }
        for leaf in leaves { leaf.hasGradient = false }
        output.receiveGradient { target, _ in kernels.fill(output.count, target, with: 1) }
        for index in nodes.indices.reversed() {
            let node = nodes[index]
            node.observer = observer
            if node.hasGradient { node.backwardPass?(node) }
            node.observer = nil
            for leaf in completed[index] {
                if !leaves[leaf].hasGradient {
                    leaves[leaf].receiveGradient { target, _ in
                        kernels.fill(leaves[leaf].count, target, with: 0)
                    }
                }
                observer?.completed(leaf: leaf)
            }
            observer?.pause()
        }
    }
}

/// Does something while a backward pass goes on. An object, since closures would be allocated anew for each pass.
public protocol BackwardObserver: AnyObject {
    /// The gradient of a recording's leaf, told by its place in `leaves`, is complete.
    func completed(leaf: Int)
    /// Called after each node, and between the parts of long ones.
    func pause()
}

extension Tensor {
    /// Computes ∂self/∂leaf for every leaf that requires a gradient.
    public func backward() {
        Recording(of: self).backward()
    }

    /// Every tensor this one was computed from, operands before results, and itself at the end.
    ///
    /// Those without an `operation` are leaves: parameters, where they want a gradient, else inputs and constants.
    public func topologicalOrder() -> [Tensor] { [self].topologicalOrder() }
}

extension [Tensor] {
    /// Every tensor these were computed from, operands before results, and they themselves, each once.
    public func topologicalOrder() -> [Tensor] {
        var order: [Tensor] = []
        var visited: Set<ObjectIdentifier> = []
        for tensor in self where visited.insert(ObjectIdentifier(tensor)).inserted {
            var path: [(node: Tensor, nextInput: Int)] = [(tensor, 0)]
            while let (node, next) = path.last {
                guard next < node.operands.count else {
                    order.append(node)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].nextInput += 1
                let input = node.operands[next]
                if visited.insert(ObjectIdentifier(input)).inserted { path.append((input, 0)) }
            }
        }
        return order
    }
}
