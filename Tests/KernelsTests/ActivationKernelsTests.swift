import Foundation
import Kernels
import TestSupport
import Testing

/// Activations and their slopes, against their definitions in double precision.
@Suite struct ActivationKernelsTests {
    struct Definition: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let activation: Activation
        let value, slope: @Sendable (Double) -> Double
    }

    private static func density(_ x: Double) -> Double { Foundation.exp(-x * x / 2) / sqrt(2 * .pi) }
    private static func normal(_ x: Double) -> Double { erfc(-x / sqrt(2)) / 2 }
    private static func sigmoid(_ x: Double) -> Double { 1 / (1 + Foundation.exp(-x)) }
    private static func tanhNormal(_ x: Double) -> Double {
        (1 + Foundation.tanh(sqrt(2 / .pi) * (x + 0.044715 * x * x * x))) / 2
    }

    static let definitions = [
        Definition(
            testDescription: "gelu", activation: .gelu, value: { $0 * normal($0) },
            slope: { normal($0) + $0 * density($0) }),
        Definition(
            testDescription: "gelu by tanh", activation: .tanhGELU, value: { $0 * tanhNormal($0) },
            slope: { x in
                let p = tanhNormal(x)
                return p + x * 2 * p * (1 - p) * sqrt(2 / .pi) * (1 + 3 * 0.044715 * x * x)
            }),
        Definition(
            testDescription: "silu", activation: .silu, value: { $0 * sigmoid($0) },
            slope: { sigmoid($0) * (1 + $0 * (1 - sigmoid($0))) }),
        Definition(
            testDescription: "softplus", activation: .softplus,
            value: { max($0, 0) + log1p(Foundation.exp(-abs($0))) }, slope: { sigmoid($0) }),
        Definition(
            testDescription: "leaky ReLU", activation: .leakyReLU(slope: 0.25),
            value: { $0 > 0 ? $0 : $0 / 4 }, slope: { $0 > 0 ? 1 : 0.25 }),
        Definition(
            testDescription: "erf", activation: .erf, value: { Foundation.erf($0) },
            slope: { 2 / sqrt(.pi) * Foundation.exp(-$0 * $0) }),
        Definition(
            testDescription: "exp", activation: .exp, value: { Foundation.exp($0) },
            slope: { Foundation.exp($0) }),
    ]

    static let sweep = stride(from: Float(-14), through: 14, by: 0.0137).map { $0 } + [0, 80, -80]

    @Test(arguments: definitions, tables)
    func equalsTheDefinition(of definition: Definition, kernels: any KernelTable.Type) {
        let y = map(Self.sweep) { kernels.activate(definition.activation, $0, $1, into: $2) }
        let exact = Self.sweep.map { definition.value(Double($0)) }
        #expect(mismatch(y, exact, atol: 1e-6, rtol: 2e-6) == nil)
    }

    @Test(arguments: definitions, tables)
    func slopesEqualTheDefinition(of definition: Definition, kernels: any KernelTable.Type) {
        var ones = [Float](repeating: 1, count: Self.sweep.count)
        let slopes = map(Self.sweep) {
            kernels.activateBackward(definition.activation, $0, $1, &ones, into: $2, beta: 0)
        }
        let exact = Self.sweep.map { definition.slope(Double($0)) }
        #expect(mismatch(slopes, exact, atol: 1e-6, rtol: 2e-6) == nil)
    }

    /// Where a sum cancels or an intermediate overflows.
    @Test(arguments: definitions.filter { $0.testDescription != "exp" }, tables)
    func extremesStayFinite(of definition: Definition, kernels: any KernelTable.Type) {
        let x: [Float] = [-1e30, -1e10, -100, 100, 1e10, 1e30]
        var ones = [Float](repeating: 1, count: x.count)
        let y = map(x) { kernels.activate(definition.activation, $0, $1, into: $2) }
        let slopes = map(x) {
            kernels.activateBackward(definition.activation, $0, $1, &ones, into: $2, beta: 0)
        }
        #expect(mismatch(y, x.map { definition.value(Double($0)) }, atol: 1e-6) == nil)
        #expect(mismatch(slopes, x.map { definition.slope(Double($0)) }, atol: 1e-6) == nil)
    }
}
