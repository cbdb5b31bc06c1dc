import Foundation
import Kernels
import TestSupport
import Testing

/// A vector function, what libm computes for it in double precision, and how far apart they may be.
struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    let kernel: @Sendable (any KernelTable.Type, Int, Floats, Floats) -> Void
    let reference: @Sendable (Double) -> Double
    /// Where the function does not saturate.
    let range: ClosedRange<Float>
    /// Units in the last place; over every float of the range the largest errors are 0.99, 1.94, 1.96, 0.94 and 1.03.
    let bound: Double
    /// What no result lies outside of.
    let limits: ClosedRange<Float>

    var testDescription: String { name }

    static let exp = Self(
        name: "exp", kernel: { $0.activate(.exp, $1, $2, into: $3) }, reference: { Foundation.exp($0) },
        range: -87.3...88, bound: 1, limits: .leastNormalMagnitude...Float.greatestFiniteMagnitude)
    static let sigmoid = Self(
        name: "sigmoid", kernel: { $0.sigmoid($1, $2, into: $3) },
        reference: { 1 / (1 + Foundation.exp(-$0)) }, range: -87.3...Float.infinity, bound: 2, limits: 0...1)
    static let tanh = Self(
        name: "tanh", kernel: { $0.tanh($1, $2, into: $3) }, reference: { Foundation.tanh($0) },
        range: -Float.infinity...Float.infinity, bound: 2, limits: -1...1)
    static let log = Self(
        name: "log", kernel: { $0.activate(.log, $1, $2, into: $3) }, reference: { Foundation.log($0) },
        range: .leastNonzeroMagnitude...Float.greatestFiniteMagnitude, bound: 1, limits: -104...89)
    static let erf = Self(
        name: "erf", kernel: { $0.activate(.erf, $1, $2, into: $3) }, reference: { Foundation.erf($0) },
        range: -Float.infinity...Float.infinity, bound: 1.1, limits: -1...1)
    static let all = [exp, sigmoid, tanh, log, erf]
}

@Suite struct TranscendentalTests {
    /// Every 4099th bit pattern: all exponents, both signs, subnormals.
    static let sweep = stride(from: UInt64(0), through: 0xFFFF_FFFF, by: 4099)
        .map { Float(bitPattern: UInt32($0)) }

    @Test(arguments: Function.all, tables)
    func isCloseToTheExactValue(function: Function, kernels: any KernelTable.Type) {
        let x = Self.sweep.filter { function.range.contains($0) }
        let y = map(x) { function.kernel(kernels, $0, $1, $2) }
        var worst = (error: 0.0, at: Float.nan)
        for (x, y) in zip(x, y) {
            let exact = function.reference(Double(x))
            let unit = Double(max(abs(Float(exact)), .leastNormalMagnitude).ulp)
            let error = abs(Double(y) - exact) / unit
            if !(error <= worst.error) { worst = (error, x) }
        }
        #expect(x.count > 250_000)
        #expect(worst.error <= function.bound, "largest error at \(worst.at)")
    }

    @Test(arguments: tables)
    func expSaturates(kernels: any KernelTable.Type) {
        let y = map([-.infinity, -1e30, -87.3, 88, 1e30, .infinity]) {
            kernels.activate(.exp, $0, $1, into: $2)
        }
        #expect(y[0] == y[2] && y[1] == y[2] && y[2] > 0 && y[2].isNormal && y[2] < 1.3e-38)
        #expect(y[5] == y[3] && y[4] == y[3] && y[3].isFinite && y[3] > 1.6e38)
        let one = map([0, -0.0]) { kernels.activate(.exp, $0, $1, into: $2) }
        #expect(one == [1, 1])
    }

    @Test(arguments: tables)
    func sigmoidSaturates(kernels: any KernelTable.Type) {
        let y = map([-.infinity, -1e30, 0, -0.0, 1e30, .infinity]) { kernels.sigmoid($0, $1, into: $2) }
        #expect(y[0] == y[1] && y[0] >= 0 && y[0] < 1.3e-38)
        #expect(y[2...] == [0.5, 0.5, 1, 1])
    }

    @Test(arguments: tables)
    func tanhSaturates(kernels: any KernelTable.Type) {
        let y = map([-.infinity, -1e30, -0.0, 0, 1e30, .infinity]) { kernels.tanh($0, $1, into: $2) }
        #expect(y == [-1, -1, 0, 0, 1, 1])
        #expect(y[2].sign == .minus && y[3].sign == .plus)
        let tiny: [Float] = [1e-30, -.leastNormalMagnitude, 5 * .leastNonzeroMagnitude]
        let tanhOfTiny = map(tiny) { kernels.tanh($0, $1, into: $2) }
        #expect(tanhOfTiny == tiny)
    }

    @Test(arguments: tables)
    func logarithmsOfWhatHasNone(kernels: any KernelTable.Type) {
        let y = map([0, -0.0, .infinity, 1, -1, -.infinity, -.leastNonzeroMagnitude]) {
            kernels.activate(.log, $0, $1, into: $2)
        }
        #expect(y[..<4] == [-.infinity, -.infinity, .infinity, 0])
        #expect(y[4...].map(\.isNaN) == [true, true, true])
    }

    @Test(arguments: tables)
    func erfKeepsTheSignOfZero(kernels: any KernelTable.Type) {
        let y = map([0, -0.0, .infinity, -.infinity]) { kernels.activate(.erf, $0, $1, into: $2) }
        #expect(bits(y) == bits([0, -0.0, 1, -1]))
    }

    @Test(arguments: Function.all, tables)
    func keepsNaN(function: Function, kernels: any KernelTable.Type) {
        let quiet = Float.nan
        let y = map([1, quiet, -quiet, .signalingNaN, 2]) { function.kernel(kernels, $0, $1, $2) }
        #expect(y.map(\.isNaN) == [false, true, true, true, false])
    }

    @Test(arguments: Function.all, tables)
    func neverExceedsItsRange(function: Function, kernels: any KernelTable.Type) {
        let x = Self.sweep.filter { function.name == "log" ? $0 > 0 && $0.isFinite : !$0.isNaN }
        let y = map(x) { function.kernel(kernels, $0, $1, $2) }
        #expect(y.allSatisfy { function.limits.contains($0) })
    }
}
