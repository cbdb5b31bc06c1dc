import Optim
import Testing

@Suite struct GradientClippingTests {
    @Test func equalsTorchsFormula() {
        #expect(clippingFactor(norm: 5, limit: nil) == 1)
        #expect(clippingFactor(norm: 0, limit: 1) == 1)
        #expect(clippingFactor(norm: 0.5, limit: 1) == 1)
        #expect(clippingFactor(norm: 4, limit: 1) == Float(1 / 4.000001))
        // A norm of exactly the limit is scaled by the 10⁻⁶ that keeps the quotient finite, as in PyTorch.
        #expect(clippingFactor(norm: 0.001, limit: 0.001) == Float(0.001 / 0.001001))
    }
}
