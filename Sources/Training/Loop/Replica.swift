import Determinism
import Kernels
import NN
import Samples
import TensorEngine

/// One rank's copy of the model, its parameters in one flat buffer, and a graph for each mode and shard sizes met so far.
public final class Replica {
    public let layout: ParameterLayout
    public let parameters: Storage
    public let model: any Model
    /// What is measured of it.
    public let metrics: MetricSet
    /// Whose matrix products its graphs take.
    private let products: ProductLibrary
    private let tensors: [Tensor]
    private var graphs: [GraphKey: ShardGraph] = [:]
    /// Counts the changes of the parameters: what graphs made of them is good until the next.
    public private(set) var version = 0

    private struct GraphKey: Hashable {
        let mode: Mode
        let shards: [Int]
    }

    public init(_ model: any Model, products: ProductLibrary = .own, metrics: MetricSet = .standard) {
        (self.model, self.products, self.metrics) = (model, products, metrics)
        layout = ParameterLayout(of: model)
        parameters = Storage(count: layout.count)
        tensors = model.namedParameters.map(\.parameter.tensor)
        for (entry, tensor) in zip(layout.entries, tensors) {
            tensor.bind(values: Storage(window: entry.range, of: parameters))
        }
    }

    public func initialize(seed: UInt64) {
        model.initialize(seed: seed)
        parametersChanged()
    }

    /// To be called after each change of the parameters.
    public func parametersChanged() { version += 1 }

    /// How many leaves one pass computes at most: several where the model's ops can sum them apart, for a pass of few
    /// samples reads all weights for little.
    public func leavesAtOnce(_ leaves: Int, ofBatch samples: Int, of set: any SampleSource) -> Int {
        guard leaves > 1, products.keepsShardsApart,
            let passSize = ShardGraph.preferredPassSize(model, of: set)
        else { return 1 }
        return max(1, min(leaves, passSize * leaves / samples))
    }

    /// The graph for shards of so many samples of `set`, recorded at its first use.
    public func graph(_ mode: Mode, shards: [Int], of set: any SampleSource) -> ShardGraph {
        let key = GraphKey(mode: mode, shards: shards)
        if let graph = graphs[key] { return graph }
        let graph = ProductLibrary.$current.withValue(products) {
            ShardGraph(model: model, metrics: metrics, mode: mode, shards: shards, of: set)
        }
        graphs[key] = graph
        return graph
    }

    /// The numbers of a group of shards alone, which make up a node of the summation tree: gradients and score
    /// overwrite `target`.
    ///
    /// - Parameters:
    ///   - samples: all shards', one shard after the other.
    ///   - shards: how many of them are each shard's.
    ///   - reducer: hears which gradients are complete.
    func gradients(
        of samples: ArraySlice<Int32>, shards: [Int], of set: any SampleSource, at moment: Moment,
        into target: GradientBuffer, _ clock: PhaseClock, _ reducer: GradientReducer
    ) {
        guard !samples.isEmpty else {
            kernels.fill(layout.count, target.storage.pointer, with: 0)
            return reducer.completeAll()
        }
        target.bind(tensors)
        let graph = graph(.training, shards: shards, of: set)
        graph.load(samples, of: set, at: moment)
        clock.book(.input)
        graph.forward(version: version)
        graph.writeScore(to: target.score)
        clock.book(.forward)
        graph.backward(reducer)
    }
}
