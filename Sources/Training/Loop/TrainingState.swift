import Determinism
import Formats
import Kernels
import Limits
import NN
import Optim
import TensorEngine

/// Everything a step changes: parameters, optimizer state, and how many steps were taken.
///
/// The cursor is the step alone: sample order, learning rate and random masks are functions of it.
public struct TrainingState {
    public let layout: ParameterLayout
    /// Bound to the replica's parameters.
    public let parameters: Storage
    /// One flat buffer for each of an optimizer's state names, as long as its objective's parameters.
    let optimizerState: [(name: String, part: Int, values: Storage)]
    /// For each objective: its parameters' names and shapes, and their places in its own buffers.
    private let parts: [[ParameterLayout.Entry]]
    public var step = 0
    /// What was seen since the last metrics line.
    public var window: Score
    /// Whether the evaluation after this step was cut short, and so is to be repeated.
    public var isEvaluationDue = false
    /// Steps whose updates were left out, since their loss or gradient was no number.
    public internal(set) var skips = Skips()
    /// Of each objective: kept where the run guards against spikes.
    var norms: [NormHistory]

    /// - Parameter optimizers: one for each of the replica's models.
    init(replica: Replica, optimizers: [GroupedOptimizer]) {
        layout = replica.layout
        parameters = replica.parameters
        window = Score(replica.metrics)
        norms = optimizers.map { _ in NormHistory() }
        optimizerState = optimizers.enumerated().flatMap { index, optimizer in
            optimizer.stateNames.map { ($0, index, Storage(count: replica.parts[index].layout.count)) }
        }
        var first = 0
        parts = replica.parts.map { part in
            defer { first += part.layout.entries.count }
            let names = replica.layout.entries[first..<first + part.layout.entries.count]
            return zip(names, part.layout.entries).map {
                ParameterLayout.Entry(name: $0.name, shape: $0.shape, range: $1.range)
            }
        }
    }

    /// The same state in memory of its own.
    private init(copying state: TrainingState) {
        (layout, parts) = (state.layout, state.parts)
        parameters = Storage(count: state.parameters.count)
        optimizerState = state.optimizerState.map { ($0.name, $0.part, Storage(count: $0.values.count)) }
        window = Score(state.window.metrics)
        norms = state.norms.map { _ in NormHistory() }
        take(state)
    }

    /// The same state in memory of its own, for who reads it while the steps go on.
    ///
    /// - Throws: `OutOfMemory`.
    func copy() throws(OutOfMemory) -> TrainingState {
        try Memory.require(bytes, "for a copy to be saved")
        return TrainingState(copying: self)
    }

    /// Becomes like another state of the same shape, and takes no memory for that.
    mutating func take(_ other: TrainingState) {
        parameters.pointer.update(from: other.parameters.pointer, count: parameters.count)
        for (own, others) in zip(optimizerState, other.optimizerState) {
            own.values.pointer.update(from: others.values.pointer, count: own.values.count)
        }
        window.take(other.window)
        for index in norms.indices { norms[index] = other.norms[index] }
        (step, isEvaluationDue, skips) = (other.step, other.isEvaluationDue, other.skips)
    }

    /// All tensors of the state under the names a checkpoint uses.
    public var tensors: [(name: String, shape: [Int], values: UnsafeMutableBufferPointer<Float>)] {
        let groups =
            [("model", parameters, layout.entries)]
            + optimizerState.map { ("optimizer.\($0.name)", $0.values, parts[$0.part]) }
        return groups.flatMap { prefix, storage, entries in
            entries.map { entry in
                (
                    "\(prefix).\(entry.name)", entry.shape,
                    UnsafeMutableBufferPointer(rebasing: storage.buffer[entry.range])
                )
            }
        }
    }

    /// Makes sure that there is memory for a file of it: its numbers, the file's bytes, and these read back.
    ///
    /// - Throws: `OutOfMemory`.
    public func requireRoomToEncode() throws(OutOfMemory) {
        try Memory.require(3 * bytes, "to save a checkpoint")
    }

    /// Bytes of its numbers.
    var bytes: Int {
        ([parameters] + optimizerState.map(\.values)).reduce(0) { $0 + $1.count } * MemoryLayout<Float>.size
    }

    /// Whether its numbers are of use: those of the optimizer finite, and the parameters' squares within single precision,
    /// beyond which no product of two of them is a number.
    var isSound: Bool {
        parameterNorm * parameterNorm <= Double(Float.greatestFiniteMagnitude)
            && optimizerState.allSatisfy {
                kernels.sumOfSquares($0.values.count, $0.values.pointer).isFinite
            }
    }

    /// The Euclidean norm of all parameters.
    var parameterNorm: Double { kernels.sumOfSquares(parameters.count, parameters.pointer).squareRoot() }

    /// SHA-256 over all tensors, in the order of `tensors`.
    public var digest: [UInt8] {
        var hash = SHA256()
        for tensor in tensors { hash.update(UnsafeRawBufferPointer(tensor.values)) }
        return hash.finalize()
    }
}

/// How many steps were left out.
public struct Skips: Equatable, Sendable, BitwiseCopyable {
    /// Since the run began, and since the last step that was not.
    public internal(set) var total = 0, inARow = 0

    mutating func note(_ isSkipped: Bool) {
        total += isSkipped ? 1 : 0
        inARow = isSkipped ? inARow + 1 : 0
    }
}
