import Formats
import Optim
import TestSupport
import Testing

/// Takes a fixture's five steps, and expects PyTorch's parameters after each.
///
/// - Returns: the state after them.
@discardableResult
func expectPyTorchSteps(
    _ name: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ makeOptimizer: (SafeTensorsFile) throws -> some Optimizer
) throws -> [[Float]] {
    let file = try SafeTensorsFile(path: fixture("\(name).safetensors"))
    let optimizer = try makeOptimizer(file)
    let rate = try file.floats("lr")[0]
    var parameters = try file.floats("parameter_0")
    let count = parameters.count
    // The state's buffers one after the other.
    var state = [Float](repeating: 0, count: max(1, optimizer.stateNames.count) * count)
    for step in 0..<5 {
        // The sum over a batch of four samples, of which the update takes the mean.
        var sum = try file.floats("gradient_\(step + 1)").map { $0 * 4 }
        state.withUnsafeMutableBufferPointer { state in
            optimizer.update(
                count: count, parameters: &parameters, gradients: &sum,
                state: optimizer.stateNames.indices.map { state.baseAddress! + $0 * count }, scale: 0.25,
                learningRate: rate, step: step)
        }
        let expected = try file.floats("parameter_\(step + 1)")
        #expect(
            mismatch(parameters, expected, atol: 1e-6, rtol: 1e-6) == nil, "step \(step)",
            sourceLocation: sourceLocation)
    }
    return optimizer.stateNames.indices.map { Array(state[$0 * count..<($0 + 1) * count]) }
}
