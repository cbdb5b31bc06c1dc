import Determinism
import Kernels

/// The way back through a convolution whose output's gradient is dense.
///
/// ∂L/∂weight is a product over pixels, in pieces of at most 128 of them: a part of one sample, or several small ones.
/// ∂L/∂x is a convolution of the output's gradient; with 1×1 filters, a product with it as it stands.
final class DenseGradients {
    private let workspace: ConvolutionWorkspace
    private let pass: any DenseBackward
    private let lanes: Int
    private let sums: ShardSums  // of the filters as they are packed, then [lanes] of the bias

    /// - Parameters:
    ///   - order: of the samples' sums; nil for those of one shard.
    ///   - wantsInputs: whether ∂L/∂x is wanted.
    init(_ workspace: ConvolutionWorkspace, order: SumOrder?, wantsInputs: Bool) {
        self.workspace = workspace
        let shape = workspace.shape
        pass =
            workspace.pointwise == nil
            ? WindowBackward(workspace, wantsInputs: wantsInputs)
            : PointwiseBackward(workspace, wantsInputs: wantsInputs)
        lanes = FilterPanels(of: shape.filters).lanes
        sums = ShardSums(count: lanes * (shape.filterCount + 1), samples: workspace.batch, order: order)
    }

    func backpropagate(from y: Tensor, to x: Tensor, weight: Tensor, bias: Tensor) {
        let (input, g) = (x.pointer, y.gradientPointer)
        loadFilters(weight.pointer)
        if x.requiresGradient {
            x.receiveGradient { target, beta in
                sumSamples(input, g, inputs: (target, beta), pause: y.pause)
            }
        } else {
            sumSamples(input, g, inputs: nil, pause: y.pause)
        }
        giveWeightGradient(to: weight, of: x)
        bias.receiveShardedGradient(of: x) {
            kernels.accumulate(
                workspace.shape.filters, sums.total + lanes * workspace.shape.filterCount, into: $0, beta: $1)
        }
    }

    /// Takes the filters for ∂L/∂x, from the caller and from the workspace.
    func loadFilters(_ weight: Floats) { pass.loadFilters(weight) }

    /// ∂L/∂x of all samples alone, from ∂L/∂y: what a transposed convolution computes.
    func multiplyInputs(_ g: Floats, into x: Floats) {
        for first in stride(from: 0, to: workspace.batch, by: pass.samplesAtOnce) {
            let samples = first..<min(first + pass.samplesAtOnce, workspace.batch)
            pass.run(samples, of: nil, g, filters: nil, inputs: (x, 0))
        }
    }

    /// Adds up ∂L/∂weight alone.
    ///
    /// - Parameter x: where samples are not taken from the workspace.
    func sumSamples(_ x: Floats, _ g: Floats, pause: () -> Void) {
        sumSamples(x, g, inputs: nil, pause: pause)
    }

    /// Gives what was added up over the samples of `x`.
    func giveWeightGradient(to weight: Tensor, of x: Tensor) {
        weight.receiveShardedGradient(of: x) { workspace.unpack(sums.total, into: $0, beta: $1) }
    }

    /// Adds up the filters' and biases' gradients.
    private func sumSamples(
        _ x: Floats, _ g: Floats, inputs: (into: Floats, beta: Float)?, pause: () -> Void
    ) {
        let isOnePiece = pass.samplesAtOnce * workspace.shape.pixels <= longestPiece
        sums.run(samplesAtOnce: isOnePiece ? pass.samplesAtOnce : 0) { samples, target, adds in
            for first in stride(from: samples.lowerBound, to: samples.upperBound, by: pass.samplesAtOnce) {
                let beta: Float = adds || first > samples.lowerBound ? 1 : 0
                pass.run(
                    first..<min(first + pass.samplesAtOnce, samples.upperBound), of: x, g,
                    filters: (target, beta), inputs: inputs)
                pause()
            }
        }
    }
}

/// How some samples at once are gone back through.
protocol DenseBackward {
    /// As many as make a piece.
    var samplesAtOnce: Int { get }

    func loadFilters(_ weight: Floats)

    /// Adds some samples' share of ∂L/∂weight, as the filters are packed, and behind it of ∂L/∂bias, to `filters`; writes, or
    /// adds, their ∂L/∂x to `inputs`.
    ///
    /// - Parameters:
    ///   - x: all samples, where they are not taken from the workspace and `filters` is given.
    ///   - g: ∂L/∂y of all samples.
    func run(
        _ samples: Range<Int>, of x: Floats?, _ g: Floats, filters: (into: Floats, beta: Float)?,
        inputs: (into: Floats, beta: Float)?)
}

/// So many pixels are summed in one chain. Part of the bits of a filter's gradient.
let longestPiece = 128
