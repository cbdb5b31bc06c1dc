import Formats
import Optim
import TestSupport
import Testing

@Suite struct AdamTests {
    @Test(arguments: [("adam", Adam.Decay.penalty), ("adamw", .decoupled)])
    func fiveStepsEqualPyTorch(name: String, decay: Adam.Decay) throws {
        let flat = try expectPyTorchSteps(name) { file in
            let betas = try file.floats("betas")
            return Adam(
                decay: decay, weightDecay: Double(try file.floats("weight_decay")[0]),
                beta1: Double(betas[0]),
                beta2: Double(betas[1]), epsilon: Double(try file.floats("eps")[0]))
        }
        #expect(flat.state.count == 2)
        #expect(flat.state.allSatisfy { flat.numbers($0, "parameter").contains { $0 != 0 } })
    }

    @Test func theDefaultsAreThoseOfPyTorch() {
        let adam = Adam()
        #expect(adam.beta1 == 0.9 && adam.beta2 == 0.999 && adam.epsilon == 1e-8 && adam.weightDecay == 0)
        #expect(adam.stateNames == ["exp_avg", "exp_avg_sq"])
    }

    /// Whatever the gradient's size, the first step is the learning rate: both averages are unbiased.
    @Test func theFirstStepIsTheLearningRate() {
        var parameters = [Float](repeating: 1, count: 11)
        var gradients = (0..<11).map { ($0 % 2 == 0 ? 1 : -1) * Float(1 << $0) }
        var state = [Float](repeating: 0, count: 22)
        step(Adam(), &parameters, &gradients, &state, rate: 0.01)
        let expected = (0..<11).map { Float($0 % 2 == 0 ? 0.99 : 1.01) }
        #expect(mismatch(parameters, expected, atol: 1e-6, rtol: 0) == nil)
    }

    /// Epsilon stands beside the unbiased size of a gradient: of one as small as that, the first step is half the rate.
    @Test func epsilonIsAddedToTheUnbiasedSize() {
        var parameters = [Float](repeating: 1, count: 11)
        var gradients = [Float](repeating: 0.001, count: 11)
        var state = [Float](repeating: 0, count: 22)
        step(Adam(epsilon: 0.001), &parameters, &gradients, &state, rate: 0.01)
        let expected = [Float](repeating: 0.995, count: 11)
        #expect(mismatch(parameters, expected, atol: 1e-6, rtol: 0) == nil)
    }

    /// A flat buffer's gaps between parameters hold zeros, and so do their gradients.
    @Test(arguments: [Adam.Decay.penalty, .decoupled])
    func zerosStayZero(decay: Adam.Decay) {
        var (parameters, gradients) = ([Float](repeating: 0, count: 21), [Float](repeating: 0, count: 21))
        var state = [Float](repeating: 0, count: 42)
        step(Adam(decay: decay, weightDecay: 0.1), &parameters, &gradients, &state, rate: 0.1)
        #expect(bits(parameters) == [UInt32](repeating: 0, count: 21))
        #expect(bits(state) == [UInt32](repeating: 0, count: 42))
    }

    @Test func refusesBetasThatNeverForget() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Adam(beta2: 1)
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("betas need to lie in 0 ..< 1"))
    }

    private func step(
        _ adam: Adam, _ parameters: inout [Float], _ gradients: inout [Float], _ state: inout [Float],
        rate: Float
    ) {
        let count = parameters.count
        state.withUnsafeMutableBufferPointer { state in
            adam.update(
                ParameterUpdate(
                    0..<count, parameters: &parameters, gradients: &gradients,
                    state: [state.baseAddress!, state.baseAddress! + count], scale: 1, learningRate: rate,
                    weightDecay: adam.weightDecay, step: 0))
        }
    }
}
