import Determinism
import Kernels

/// An optimizer over the flat buffers of a layout, group by group.
public struct GroupedOptimizer: Sendable {
    /// A stretch of the buffers whose numbers are trained alike.
    struct Stretch {
        var range: Range<Int>
        /// The number of its group; nil for parameters of none.
        let group: Int?
    }

    public let optimizer: any Optimizer
    public let groups: [ParameterGroup]
    let stretches: [Stretch]

    /// - Parameter groups: a parameter belongs to the first that contains it.
    /// - Throws: `ParameterGroupError` if a group that is told by name is of no parameter.
    public init(
        _ optimizer: any Optimizer, layout: ParameterLayout, groups: [ParameterGroup] = []
    ) throws(ParameterGroupError) {
        for group in groups where group.prefix != nil && !layout.entries.contains(where: group.contains) {
            throw ParameterGroupError(prefix: group.prefix ?? "", parameters: layout.entries.map(\.name))
        }
        self.optimizer = optimizer
        self.groups = groups
        // A stretch goes on over the zeros between two parameters.
        var stretches: [Stretch] = []
        for entry in layout.entries {
            let group = groups.firstIndex { $0.contains(entry) }
            if let last = stretches.last, last.group == group, !optimizer.takesWholeParameters {
                stretches[stretches.count - 1].range = last.range.lowerBound..<entry.range.upperBound
            } else {
                stretches.append(Stretch(range: entry.range, group: group))
            }
        }
        self.stretches = stretches
    }

    public var stateNames: [String] { optimizer.stateNames }

    /// Takes one step in place.
    ///
    /// - Parameters:
    ///   - gradients: the gradients' sum over a batch; it is of no use afterwards.
    ///   - state: one buffer for each of `stateNames`.
    ///   - scale: what turns the sum into the mean.
    ///   - step: how many steps were taken before this one.
    public func update(
        parameters: Floats, gradients: Floats, state: [Floats], scale: Float, learningRate: Double, step: Int
    ) {
        precondition(
            state.count == stateNames.count, "\(state.count) state buffers for \(stateNames.count) names")
        for stretch in stretches {
            let group = stretch.group.map { groups[$0] }
            if group?.isFrozen == true { continue }
            optimizer.update(
                ParameterUpdate(
                    stretch.range, parameters: parameters, gradients: gradients, state: state, scale: scale,
                    learningRate: Float(learningRate * (group?.rateFactor ?? 1)),
                    weightDecay: group?.weightDecay ?? optimizer.weightDecay, step: step))
        }
    }

    /// Sets the gradients of frozen parameters to zero, as if they had none.
    public func clearFrozen(_ gradients: Floats) {
        for stretch in stretches where stretch.group.map({ groups[$0].isFrozen }) == true {
            kernels.fill(stretch.range.count, gradients + stretch.range.lowerBound, with: 0)
        }
    }
}
