import Formats
import Optim
import TestSupport
import Testing

@Suite struct SGDTests {
    @Test(arguments: ["sgd_plain", "sgd_momentum", "sgd_nesterov"])
    func fiveStepsEqualPyTorch(name: String) throws {
        let file = try SafeTensorsFile(path: fixture("\(name).safetensors"))
        let rate = try file.floats("lr")[0]
        let nesterov = file.entry(named: "nesterov") != nil
        let sgd = SGD(
            momentum: try file.floats("momentum")[0], nesterov: nesterov,
            weightDecay: try file.floats("weight_decay")[0])
        var parameters = try file.floats("parameter_0")
        var velocity = [Float](repeating: 0, count: parameters.count)
        for step in 0..<5 {
            // The sum over a batch of four samples, of which the update takes the mean.
            var sum = try file.floats("gradient_\(step + 1)").map { $0 * 4 }
            let expected = try file.floats("parameter_\(step + 1)")
            velocity.withUnsafeMutableBufferPointer { velocity in
                sgd.update(
                    count: expected.count, parameters: &parameters, gradients: &sum,
                    state: sgd.stateNames.map { _ in velocity.baseAddress! }, scale: 0.25,
                    learningRate: rate, step: step)
            }
            #expect(mismatch(parameters, expected, atol: 1e-6, rtol: 1e-6) == nil)
        }
        #expect(velocity.contains { $0 != 0 } == !sgd.stateNames.isEmpty)
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
            count: 21, parameters: &parameters, gradients: &gradients, state: [], scale: 0.1,
            learningRate: 0.1, step: 0)
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
