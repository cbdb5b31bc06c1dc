import Determinism
import Formats
import Kernels
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
    /// One flat buffer for each of the optimizer's state names.
    public let optimizerState: [(name: String, values: Storage)]
    public var step = 0
    /// What was seen since the last metrics line.
    public var window: Score

    public init(replica: Replica, optimizer: any Optimizer) {
        layout = replica.layout
        parameters = replica.parameters
        window = Score(replica.metrics)
        optimizerState = optimizer.stateNames.map { [count = replica.layout.count] in
            ($0, Storage(count: count))
        }
    }

    /// All tensors of the state under the names a checkpoint uses.
    public var tensors: [(name: String, shape: [Int], values: UnsafeMutableBufferPointer<Float>)] {
        let groups = [("model", parameters)] + optimizerState.map { ("optimizer.\($0.name)", $0.values) }
        return groups.flatMap { prefix, storage in
            layout.entries.map { entry in
                (
                    "\(prefix).\(entry.name)", entry.shape,
                    UnsafeMutableBufferPointer(rebasing: storage.buffer[entry.range])
                )
            }
        }
    }

    /// SHA-256 over all tensors, in the order of `tensors`.
    public var digest: [UInt8] {
        var hash = SHA256()
        for tensor in tensors { hash.update(UnsafeRawBufferPointer(tensor.values)) }
        return hash.finalize()
    }
}
