import Determinism
import Formats
import Optim
import TestSupport
import Testing

@Suite struct LAMBTests {
    private static let names = ["embedding.weight", "fc.weight", "fc.bias", "out.weight", "out.bias"]

    /// The reference is scripts/make-fixtures.py's own, from the paper: PyTorch has none.
    @Test func fiveStepsEqualThePapers() throws {
        let flat = try expectPyTorchSteps("lamb", parameters: Self.names) { file in
            let betas = try file.floats("betas")
            return LAMB(
                weightDecay: Double(try file.floats("weight_decay")[0]), beta1: Double(betas[0]),
                beta2: Double(betas[1]), epsilon: Double(try file.floats("eps")[0]))
        }
        #expect(flat.state.count == 2)
        for name in Self.names {
            #expect(flat.state.allSatisfy { flat.numbers($0, name).contains { $0 != 0 } })
        }
    }

    @Test func theDefaultsAreThePapers() {
        let lamb = LAMB()
        #expect(lamb.beta1 == 0.9 && lamb.beta2 == 0.999 && lamb.epsilon == 1e-6 && lamb.weightDecay == 0.01)
        #expect(lamb.stateNames == ["exp_avg", "exp_avg_sq"] && lamb.takesWholeParameters)
    }

    /// Whatever its size and its gradient's, a parameter moves by the same share of itself.
    @Test func theStepIsInProportionToTheParameter() throws {
        let layout = ParameterLayout([("small", [9]), ("large", [9])])
        let flat = FlatParameters(layout, try GroupedOptimizer(LAMB(weightDecay: 0), layout: layout))
        let sizes: [String: Float] = ["small": 0.01, "large": 100]
        for (name, size) in sizes {
            flat.fill(flat.values, name, with: [Float](repeating: size, count: 9))
            flat.fill(flat.gradients, name, with: [Float](repeating: 1 / size, count: 9))
        }
        flat.step(0, rate: 0.1)
        for (name, size) in sizes {
            let expected = [Float](repeating: 0.9 * size, count: 9)
            #expect(mismatch(flat.numbers(flat.values, name), expected, atol: 0, rtol: 1e-5) == nil)
        }
    }

    /// A parameter of zeros has no size to go by, and one whose gradient is zero nowhere to go.
    @Test func zerosAreNotDividedBy() throws {
        let layout = ParameterLayout([("zero", [9]), ("still", [9])])
        let flat = FlatParameters(layout, try GroupedOptimizer(LAMB(weightDecay: 0), layout: layout))
        flat.fill(flat.values, "still", with: [Float](repeating: 2, count: 9))
        flat.fill(flat.gradients, "zero", with: [Float](repeating: 5, count: 9))
        flat.step(0, rate: 0.1)
        let expected = [Float](repeating: -0.1, count: 9)
        #expect(mismatch(flat.numbers(flat.values, "zero"), expected, atol: 0, rtol: 1e-5) == nil)
        #expect(flat.numbers(flat.values, "still") == [Float](repeating: 2, count: 9))
    }

    @Test func refusesBetasThatNeverForget() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = LAMB(beta1: 1)
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("betas need to lie in 0 ..< 1"))
    }
}
