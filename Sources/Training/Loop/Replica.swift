import Determinism
import Kernels
import NN
import Samples
import TensorEngine

/// One rank's copy of the model, or of the models of several objectives, all parameters in one flat buffer; and a graph
/// for each model, mode and shard sizes met so far.
public final class Replica {
    /// A model's place in the flat buffer.
    struct Part {
        let model: any Model
        /// Where each of its parameters stands among its own.
        let layout: ParameterLayout
        /// The floats of all parameters that are its own.
        let range: Range<Int>
        let tensors: [Tensor]
    }

    public let layout: ParameterLayout
    public let parameters: Storage
    let parts: [Part]
    /// The first objective's.
    public var model: any Model { parts[0].model }
    /// What is measured of them.
    public let metrics: MetricSet
    /// Whose matrix products its graphs take.
    private let products: ProductLibrary
    private var graphs: [GraphKey: ShardGraph] = [:]
    /// Counts the changes of the parameters: what graphs made of them is good until the next.
    public private(set) var version = 0

    private struct GraphKey: Hashable {
        let part: Int
        let mode: Mode
        let shards: [Int]
    }

    public convenience init(
        _ model: any Model, products: ProductLibrary = .own, metrics: MetricSet = .standard
    ) {
        self.init([("", model)], products: products, metrics: metrics)
    }

    /// - Parameter models: those of several objectives, which share no parameter, and what stands before their
    ///   parameters' names.
    init(
        _ models: [(name: String, model: any Model)], products: ProductLibrary = .own,
        metrics: MetricSet = .standard
    ) {
        self.metrics = metrics
        let all = Models(models)
        layout = ParameterLayout(of: all)
        parameters = Storage(count: layout.count)
        self.products = products
        self.all = all
        for (entry, (_, parameter)) in zip(layout.entries, all.namedParameters) {
            parameter.bind(values: Storage(window: entry.range, of: parameters))
        }
        var end = 0
        parts = models.map { _, model in
            let own = ParameterLayout(of: model)
            end += own.count
            return Part(
                model: model, layout: own, range: end - own.count..<end,
                tensors: model.namedParameters.map(\.parameter.tensor))
        }
        precondition(end == layout.count, "a model's parameters are not one stretch of all")
    }

    private let all: Models

    public func initialize(seed: UInt64) {
        all.initialize(seed: seed)
        parametersChanged()
    }

    /// Makes a model's parameters the ones that get gradients, into `target`; those of the others are frozen.
    func train(_ part: Int, into target: GradientBuffer) {
        freezeAll(but: part)
        target.bind(parts[part].tensors)
    }

    private func freezeAll(but part: Int) {
        guard parts.count > 1 else { return }
        for (index, other) in parts.enumerated() {
            for tensor in other.tensors { tensor.isFrozen = index != part }
        }
    }

    /// To be called after each change of the parameters.
    public func parametersChanged() { version += 1 }

    /// How many leaves one pass computes at most: several where the model's ops can sum them apart, for a pass of few
    /// samples reads all weights for little.
    public func leavesAtOnce(
        _ leaves: Int, ofBatch samples: Int, of set: any SampleSource, part: Int = 0
    ) -> Int {
        freezeAll(but: part)
        guard leaves > 1, products.keepsShardsApart,
            let passSize = ShardGraph.preferredPassSize(parts[part].model, of: set)
        else { return 1 }
        return max(1, min(leaves, passSize * leaves / samples))
    }

    /// The graph for shards of so many samples of `set`, recorded at its first use.
    public func graph(_ mode: Mode, shards: [Int], of set: any SampleSource, part: Int = 0) -> ShardGraph {
        let key = GraphKey(part: part, mode: mode, shards: shards)
        if let graph = graphs[key] { return graph }
        freezeAll(but: part)
        let graph = ProductLibrary.$current.withValue(products) {
            ShardGraph(
                model: parts[part].model, metrics: metrics, mode: mode, shards: shards, of: set)
        }
        graphs[key] = graph
        return graph
    }

    /// The graph of a group of shards, whose losses are computed and whose backward pass may begin.
    ///
    /// - Parameters:
    ///   - samples: all shards', one shard after the other.
    ///   - shards: how many of them are each shard's.
    func forward(
        _ part: Int, _ samples: ArraySlice<Int32>, shards: [Int], of set: any SampleSource, at moment: Moment,
        clock: PhaseClock
    ) -> ShardGraph {
        let graph = graph(.training, shards: shards, of: set, part: part)
        graph.load(samples, of: set, at: moment)
        clock.book(.input)
        graph.forward(version: version)
        clock.book(.forward)
        return graph
    }
}

/// The models of several objectives as one module.
private struct Models: Module {
    let namedParameters: [(name: String, parameter: Parameter)]

    init(_ models: [(name: String, model: any Model)]) {
        namedParameters = models.flatMap { name, model in
            model.namedParameters.map { (name.isEmpty ? $0.name : "\(name).\($0.name)", $0.parameter) }
        }
    }
}
