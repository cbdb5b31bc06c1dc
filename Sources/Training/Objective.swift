import Determinism
import NN
import Optim
import Samples

/// What a step improves: parameters, where their gradients come from, and the rule that moves them.
///
/// A run may have several, which take turns within a step, in order: each computes its gradients over the whole batch,
/// with the others' latest parameters, adds them over all ranks, and is updated, while the others are frozen. That is how
/// adversaries train:
///
///     [Objective("discriminator", of: discriminator, by: Adam(), at: .constant(2e-4)) { batch, _ in … },
///      Objective("generator", of: generator, by: Adam(), at: .constant(2e-4)) { batch, _ in … }]
///
/// An outcome whose `gradients` are written directly needs no way back from its loss, as contrastive divergence does.
public struct Objective {
    /// Stands before the names of its parameters and of its numbers in metrics; empty for the only one.
    public let name: String
    /// The parameters, and what is made of a batch.
    public let model: any Model
    public let optimizer: any Optimizer
    /// Parameters that are trained in another way than the rest.
    public let groups: [ParameterGroup]
    public let schedule: any Schedule

    /// A network and what it learns.
    public init(
        _ model: any Model, named name: String = "", by optimizer: any Optimizer,
        groups: [ParameterGroup] = [],
        at schedule: any Schedule
    ) {
        (self.name, self.model, self.groups) = (name, model, groups)
        (self.optimizer, self.schedule) = (optimizer, schedule)
    }

    /// The parameters of a part, and what becomes of a batch: other parts may take part in it.
    ///
    /// - Parameter outcome: as `Model.outcome`, recorded once for each mode and shard size, and replayed.
    public init(
        _ name: String, of parameters: any Module, by optimizer: any Optimizer,
        groups: [ParameterGroup] = [], at schedule: any Schedule,
        outcome: @escaping (_ batch: Batch, _ mode: Mode) -> Outcome
    ) {
        self.init(
            Part(parameters: parameters, outcome: outcome), named: name, by: optimizer, groups: groups,
            at: schedule)
    }
}

extension Objective {
    /// The parameters' names among those of all objectives, and their shapes; no memory is taken for them.
    var parameterShapes: [(name: String, shape: [Int])] {
        model.namedParameters.map { (name.isEmpty ? $0.name : "\(name).\($0.name)", $0.parameter.shape) }
    }

    /// The least a rank needs to train it: parameters, gradients, and what the optimizer keeps of them.
    var stateBytes: Int {
        ParameterLayout(of: model).count * MemoryLayout<Float>.size * (2 + optimizer.stateNames.count)
    }
}

/// Parameters with an outcome that a closure tells.
private struct Part: Model {
    private let module: any Module
    private let body: (Batch, Mode) -> Outcome

    init(parameters: any Module, outcome: @escaping (Batch, Mode) -> Outcome) {
        (module, body) = (parameters, outcome)
    }

    var namedParameters: [(name: String, parameter: Parameter)] { module.namedParameters }

    func outcome(of batch: Batch, mode: Mode) -> Outcome { body(batch, mode) }
}
