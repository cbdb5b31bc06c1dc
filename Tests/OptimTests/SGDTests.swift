import Formats
import Optim
import TestSupport
import Testing

@Suite struct SGDTests {
    @Test(arguments: ["sgd_plain", "sgd_momentum", "sgd_nesterov"])
    func fiveStepsEqualPyTorch(name: String) throws {
        let flat = try expectPyTorchSteps(name) { file in
            SGD(
                momentum: try file.floats("momentum")[0], nesterov: file.entry(named: "nesterov") != nil,
                weightDecay: Double(try file.floats("weight_decay")[0]))
        }
        #expect(flat.state.allSatisfy { flat.numbers($0, "parameter").contains { $0 != 0 } })
    }

    @Test func usesNoStateWithoutMomentum() {
        #expect(SGD(weightDecay: 0.1).stateNames == [])
        #expect(SGD(momentum: 0.9).stateNames == ["momentum_buffer"])
        #expect(SGD(momentum: 0.9, nesterov: true).stateNames == ["momentum_buffer"])
    }

    /// A flat buffer's gaps between parameters hold zeros, and so do their gradients.
    @Test func zerosStayZero() {
        var (parameters, gradients) = ([Float](repeating: 0, count: 21), [Float](repeating: 0, count: 21))
        SGD(weightDecay: 0.1).update(
            ParameterUpdate(
                0..<21, parameters: &parameters, gradients: &gradients, state: [], scale: 0.1,
                learningRate: 0.1, weightDecay: 0.1, step: 0))
        #expect(bits(parameters) == [UInt32](repeating: 0, count: 21))
    }

    @Test func refusesNesterovWithoutMomentum() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = SGD(nesterov: true)
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("Nesterov's method needs a momentum"))
    }
}
