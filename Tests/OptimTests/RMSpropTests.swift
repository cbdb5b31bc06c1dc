import Determinism
import Formats
import Optim
import Runs
import TestSupport
import Testing

@Suite struct RMSpropTests {
    @Test(
        arguments: [
            ("rmsprop", ["square_avg"]), ("rmsprop_momentum", ["square_avg", "momentum_buffer"]),
            ("rmsprop_centered", ["square_avg", "momentum_buffer", "grad_avg"]),
        ])
    func fiveStepsEqualPyTorch(name: String, state: [String]) throws {
        let flat = try expectPyTorchSteps(name) { file in
            RMSprop(
                alpha: Double(try file.floats("alpha")[0]),
                momentum: file.entry(named: "momentum") == nil ? 0 : try file.floats("momentum")[0],
                centered: name == "rmsprop_centered",
                weightDecay: Double(try file.floats("weight_decay")[0]),
                epsilon: Double(try file.floats("eps")[0]))
        }
        #expect(flat.optimizer.stateNames == state && flat.state.count == state.count)
        #expect(flat.state.allSatisfy { flat.numbers($0, "parameter").contains { $0 != 0 } })
    }

    @Test func theDefaultsAreThoseOfPyTorch() {
        let rmsprop = RMSprop()
        #expect(rmsprop.alpha == 0.99 && rmsprop.momentum == 0 && !rmsprop.centered)
        #expect(rmsprop.epsilon == 1e-8 && rmsprop.weightDecay == 0 && rmsprop.stateNames == ["square_avg"])
        #expect(!rmsprop.takesWholeParameters)
    }

    /// Gradients that are all alike have no spread about their average: rounding makes it no root of a negative number.
    @Test func equalGradientsStayNumbers() throws {
        let layout = ParameterLayout([("a", [64])])
        let rule = RMSprop(alpha: 0.5, centered: true, epsilon: 1)
        let flat = FlatParameters(layout, try GroupedOptimizer(rule, layout: layout))
        let gradients = (0..<64).map { 0.1 + Float($0) / 7 }
        for step in 0..<60 {
            flat.fill(flat.gradients, "a", with: gradients)
            flat.step(step, rate: 0.001)
        }
        #expect(flat.numbers(flat.values, "a").allSatisfy { $0.isFinite && $0 < 0 })
    }

    @Test func refusesAnAverageThatNeverForgets() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = RMSprop(alpha: 1)
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("alpha needs to lie in 0 ..< 1"))
    }
}
