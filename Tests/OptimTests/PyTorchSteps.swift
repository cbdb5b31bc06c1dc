import Determinism
import Formats
import Kernels
import Optim
import TestSupport
import Testing

/// The tensors of a fixture as flat buffers of their layout, with the state of an optimizer over them.
final class FlatParameters {
    let layout: ParameterLayout
    let optimizer: GroupedOptimizer
    let values, gradients: Floats
    let state: [Floats]

    init(_ layout: ParameterLayout, _ optimizer: GroupedOptimizer) {
        self.layout = layout
        self.optimizer = optimizer
        func buffer() -> Floats {
            let buffer = Floats.allocate(capacity: layout.count)
            buffer.initialize(repeating: 0, count: layout.count)
            return buffer
        }
        values = buffer()
        gradients = buffer()
        state = optimizer.stateNames.map { _ in buffer() }
    }

    deinit {
        for buffer in [values, gradients] + state { buffer.deallocate() }
    }

    func fill(_ buffer: Floats, _ name: String, with numbers: [Float]) {
        for entry in layout.entries where entry.name == name {
            precondition(numbers.count == entry.range.count)
            for (offset, number) in numbers.enumerated() { buffer[entry.range.lowerBound + offset] = number }
        }
    }

    /// The numbers of a parameter in one of the buffers.
    func numbers(_ buffer: Floats, _ name: String) -> [Float] {
        layout.entries.filter { $0.name == name }.flatMap { entry in entry.range.map { buffer[$0] } }
    }

    /// What stands between the parameters.
    func gaps(_ buffer: Floats) -> [Float] {
        let taken = Set(layout.entries.flatMap(\.range))
        return (0..<layout.count).filter { !taken.contains($0) }.map { buffer[$0] }
    }

    func step(_ step: Int, scale: Float = 1, rate: Double) {
        optimizer.update(
            parameters: values, gradients: gradients, state: state, scale: scale, learningRate: rate,
            step: step)
    }
}

/// Takes a fixture's five steps, and expects PyTorch's parameters after each.
///
/// Its tensors are `NAME_0` … `NAME_5`, the values before and after each step, and `NAME_gradient_1` and so on.
/// - Returns: the buffers after them.
@discardableResult
func expectPyTorchSteps(
    _ fixtureName: String, parameters names: [String] = ["parameter"], groups: [ParameterGroup] = [],
    sourceLocation: SourceLocation = #_sourceLocation,
    _ makeOptimizer: (SafeTensorsFile) throws -> any Optimizer
) throws -> FlatParameters {
    let file = try SafeTensorsFile(path: fixture("\(fixtureName).safetensors"))
    let layout = ParameterLayout(
        try names.map { name in (name, try #require(file.entry(named: "\(name)_0")).shape) })
    let optimizer = try GroupedOptimizer(makeOptimizer(file), layout: layout, groups: groups)
    let rate = Double(try file.floats("lr")[0])
    let flat = FlatParameters(layout, optimizer)
    for name in names { flat.fill(flat.values, name, with: try file.floats("\(name)_0")) }
    for step in 0..<5 {
        // The sum over a batch of four samples, of which the update takes the mean.
        for name in names {
            let gradient = try file.floats("\(name)_gradient_\(step + 1)")
            flat.fill(flat.gradients, name, with: gradient.map { $0 * 4 })
        }
        optimizer.clearFrozen(flat.gradients)
        if file.entry(named: "norm_\(step + 1)") != nil {
            let norm = kernels.sumOfSquares(layout.count, flat.gradients).squareRoot() / 4
            #expect(
                mismatch([Float(norm)], try file.floats("norm_\(step + 1)"), atol: 0, rtol: 1e-6) == nil,
                sourceLocation: sourceLocation)
        }
        flat.step(step, scale: 0.25, rate: rate)
        for name in names {
            let expected = try file.floats("\(name)_\(step + 1)")
            #expect(
                mismatch(flat.numbers(flat.values, name), expected, atol: 1e-6, rtol: 1e-6) == nil,
                "\(name), step \(step)", sourceLocation: sourceLocation)
        }
    }
    for buffer in [flat.values] + flat.state {
        #expect(flat.gaps(buffer).allSatisfy { $0.bitPattern == 0 }, sourceLocation: sourceLocation)
    }
    return flat
}
