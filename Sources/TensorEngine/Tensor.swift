import Determinism
import Kernels
import Limits

/// A dense row-major array of `Float`, and the node of the graph that computed it.
///
/// An op runs as soon as it is called and remembers how to run again: a graph built once is replayed on new
/// inputs by `Recording` without allocating. Gradients flow back by `backward()`.
public final class Tensor {
    /// Writes a node's values from its inputs' values.
    public typealias Forward = (_ output: Tensor) -> Void
    /// Adds a node's share to each input's gradient from its own gradient.
    public typealias Backward = (_ output: Tensor) -> Void

    public let shape: [Int]
    /// Whether a gradient is wanted: for parameters that are not frozen, and all that is computed from them.
    public var requiresGradient: Bool { canGetGradient && !isFrozen }
    private let canGetGradient: Bool
    /// Whether a leaf goes without its gradient for now, because others are trained. It must be as it was when a graph was
    /// recorded whenever the graph is replayed.
    public var isFrozen = false
    public private(set) var storage: Storage
    private var gradientStorage: Storage?
    /// Room for a share of the gradient that is added to others.
    private var laterShare: Storage?

    /// Where the first axis holds the samples of several shards, one after the other: how sums over it are taken. Also
    /// that of a loss with one value for each of the shards.
    public private(set) var sumOrder: SumOrder?

    /// What computed the values; nil for a leaf.
    public private(set) var operation: Operation?
    /// What they were computed from.
    public private(set) var operands: [Tensor] = []
    private(set) var forwardPass: Forward?
    private(set) var backwardPass: Backward?
    /// Multiplications of the op's products, forward and backward: what its time is judged by.
    private(set) var multiplications = (forward: 0, backward: 0)
    /// Whether parameters may have changed since the last forward pass.
    var parametersChanged = true
    /// Whoever follows the backward pass, while it is at this node.
    var observer: (any BackwardObserver)?
    /// Whether the current backward pass has reached this node.
    var hasGradient = false

    public var count: Int { storage.count }
    /// The values, for kernels.
    public var pointer: Floats { storage.pointer }
    public var values: [Float] { storage.values }
    /// The only value of a tensor that has one.
    public var item: Float {
        requireShape(count == 1, "item needs one value, the shape is \(shape)")
        return pointer[0]
    }

    /// A leaf over `storage`.
    public init(
        shape: [Int], storage: Storage, requiresGradient: Bool = false, sumOrder: SumOrder? = nil
    ) {
        requireShape(
            storage.count == Memory.count(of: shape),
            "shape \(shape) needs \(Memory.count(of: shape)) values, the storage holds \(storage.count)")
        self.shape = shape
        self.storage = storage
        canGetGradient = requiresGradient
        self.sumOrder = sumOrder
    }

    public convenience init(shape: [Int], _ values: [Float], requiresGradient: Bool = false) {
        self.init(shape: shape, storage: Storage(values), requiresGradient: requiresGradient)
    }

    public convenience init(zeros shape: [Int], requiresGradient: Bool = false) {
        self.init(
            shape: shape, storage: Storage(count: Memory.count(of: shape)), requiresGradient: requiresGradient
        )
    }

    /// A leaf for samples of several shards, one shard after the other; for fewer than two, for samples of one.
    ///
    /// - Parameter shards: samples of each.
    public convenience init(zeros shape: [Int], shards: [Int]) {
        requireShape(
            shards.count < 2 || shards.reduce(0, +) == shape[0],
            "shards of \(shards) samples do not make up the first axis of \(shape)")
        self.init(
            shape: shape, storage: Storage(count: Memory.count(of: shape)),
            sumOrder: shards.count < 2 ? nil : SumOrder(counts: shards))
    }

    /// The result of an op on `operands`: `forward` runs now, and again whenever the graph is replayed.
    public convenience init(
        _ operation: Operation, shape: [Int], from operands: Tensor..., forward: @escaping Forward,
        backward: @escaping Backward
    ) {
        self.init(operation, shape: shape, from: operands, forward: forward, backward: backward)
    }

    /// The result of an op on any number of operands; one without `backward` lets no gradient through.
    ///
    /// - Parameter storage: where the values are; nil for new memory.
    public convenience init(
        _ operation: Operation, shape: [Int], from operands: [Tensor], storage: Storage? = nil,
        forward: @escaping Forward, backward: Backward? = nil
    ) {
        self.init(
            shape: shape, storage: storage ?? Storage(count: Memory.count(of: shape)),
            requiresGradient: backward != nil && operands.contains { $0.requiresGradient })
        self.operation = operation
        self.operands = operands
        forwardPass = forward
        backwardPass = backward
        flushingSubnormals { forward(self) }
    }

    /// Long chains are released one by one, not by recursion.
    deinit {
        forwardPass = nil
        backwardPass = nil
        var pending = operands
        operands = []
        while var node = pending.popLast() {
            guard isKnownUniquelyReferenced(&node) else { continue }
            node.forwardPass = nil
            node.backwardPass = nil
            pending += node.operands
            node.operands = []
        }
    }
}

extension Tensor {
    /// Notes how many multiplications the op's products take.
    func costing(_ forward: Int, backward: Int) -> Tensor {
        multiplications = (forward, backward)
        return self
    }

    /// The same for an op whose backward takes the forward's product again for each of `operands` that wants a gradient.
    func costing(_ forward: Int, operands: Tensor...) -> Tensor {
        costing(forward, backward: forward * operands.filter(\.requiresGradient).count)
    }

    /// Notes that the first axis still holds the samples of `x`, or that the values are its shards'. To be called by ops
    /// whose sums over samples, such as a weight's gradient, are taken in the `sumOrder` of x; what other ops give can only
    /// be computed shard by shard.
    public func keepingSamples(of x: Tensor) -> Tensor { keepingSamples(in: x.sumOrder) }

    func keepingSamples(in order: SumOrder?) -> Tensor {
        sumOrder = order
        return self
    }

    /// Whether a forward pass must rearrange `weights`: unless they are parameters that did not change.
    func mustTakeIn(_ weights: [Tensor]) -> Bool {
        parametersChanged || weights.contains { $0.forwardPass != nil || !$0.canGetGradient }
    }

    /// ∂loss/∂self after a backward pass; zeros where none arrived.
    public var gradient: [Float] { hasGradient ? gradientMemory.values : [Float](repeating: 0, count: count) }

    /// The gradient's values, for an op's backward.
    public var gradientPointer: Floats { gradientMemory.pointer }

    /// Lets an op's backward add its share of ∂loss/∂self: `share(target, beta)` writes `share + beta · target`.
    public func receiveGradient(_ share: (_ target: Floats, _ beta: Float) -> Void) {
        guard requiresGradient else { return }
        share(gradientMemory.pointer, hasGradient ? 1 : 0)
        hasGradient = true
    }

    /// The same for a share that can only be written whole: where there is one already, it goes through scratch memory.
    func receiveWholeGradient(_ share: (_ target: Floats) -> Void) {
        receiveGradient { target, beta in
            if beta == 0 { return share(target) }
            let memory = laterShare ?? Storage(count: count)
            laterShare = memory
            share(memory.pointer)
            kernels.accumulate(count, memory.pointer, into: target, beta: beta)
        }
    }

    /// To be called by the backward of an op that takes long, between its samples or time steps: messages move on then.
    public func pause() { observer?.pause() }

    /// Makes a leaf read its values from, or write its gradient to, other memory of the same size.
    public func bind(values: Storage? = nil, gradient: Storage? = nil) {
        requireShape(
            (values?.count ?? count) == count && (gradient?.count ?? count) == count,
            "a tensor of shape \(shape) needs \(count) values")
        if let values { storage = values }
        if let gradient { gradientStorage = gradient }
    }

    var gradientMemory: Storage {
        if let gradientStorage { return gradientStorage }
        let memory = Storage(count: count)
        gradientStorage = memory
        return memory
    }
}
