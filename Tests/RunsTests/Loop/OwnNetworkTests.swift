import Datasets
import NN
import Samples
import TensorEngine
import Testing

@testable import Training

/// What the author of a network can get wrong ends with a sentence that says what to do, and status 70.
@Suite struct OwnNetworkTests {
    private static let images = ImageSet(
        shape: SampleShape(input: [2, 2], target: .classes(2)), pixels: [UInt8](repeating: 9, count: 8),
        labels: [0, 1])

    private struct Network: Classifier {
        let fc = Linear(inputs: 4, outputs: 2)
        let spare = Linear(inputs: 4, outputs: 2)
        var children: KeyValuePairs<String, any Module>
        var changed: @Sendable (Tensor) -> Tensor = { $0 }

        init(listing names: String..., changed: @escaping @Sendable (Tensor) -> Tensor = { $0 }) {
            children = ["fc": fc]
            if names == ["fc", "spare"] { children = ["fc": fc, "spare": spare] }
            if names == [] { children = [:] }
            self.changed = changed
        }

        func features(_ images: Tensor) -> Tensor { images.flattened() }
        func logits(features: Tensor) -> Tensor { fc(features) }

        func outcome(of batch: Batch, mode: Mode) -> Outcome {
            let logits = logits(features: features(batch.inputs))
            return Outcome(loss: changed(crossEntropy(logits, batch.labels)), logits: logits)
        }
    }

    private static func record(_ network: Network) {
        _ = Replica(network).graph(.training, shards: [2], of: images)
    }

    @Test func anUnusedParameterIsNamed() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            Self.record(Network(listing: "fc", "spare"))
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("the loss does not depend on 'spare.weight', 'spare.bias': use it"))
    }

    @Test func aParameterThatIsNotListedIsTold() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            Self.record(Network())
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("a tensor of shape [2, 4] wants a gradient, but is not among"))
    }

    @Test func aLossOfSeveralValuesIsTold() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            Self.record(Network(listing: "fc") { $0 + Tensor(zeros: [3]) })
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("a loss of shape [3]: it needs one value, the sum over the samples"))
    }
}
