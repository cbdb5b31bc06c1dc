import Determinism
import Kernels

/// Group normalisation (Wu & He 2018): each sample's channels are cut into groups, each of which is brought to mean 0 and
/// variance 1; then each channel has a factor and a summand. One group is layer normalisation over all axes with a weight
/// for each channel, as many groups as channels is instance normalisation.
///
/// - Parameters:
///   - x: `[n, channels, …]`.
///   - groups: divides the channels.
///   - weight, bias: `[channels]`.
public func groupNorm(_ x: Tensor, groups: Int, weight: Tensor, bias: Tensor, epsilon: Float = 1e-5) -> Tensor
{
    requireShape(
        x.shape.count >= 2 && weight.shape == [x.shape[1]] && bias.shape == weight.shape && x.count > 0,
        """
        groupNorm: weight \(weight.shape) and bias \(bias.shape) do not fit input \(x.shape): they are [channels], \
        [channels] and [n, channels, …]
        """)
    let (n, channels) = (x.shape[0], x.shape[1])
    requireShape(
        groups > 0 && channels % groups == 0, "groupNorm: \(groups) groups do not divide \(channels) channels"
    )
    let pixels = x.count / (n * channels)
    let perSample = channels * pixels
    let columns = perSample / groups
    let order = x.sumOrder ?? SumOrder(counts: [n])
    let moments = Storage(count: 2 * n * groups)
    // As many weights and biases as a sample has values; then the same rows go through layer normalisation's kernels.
    let (weights, biases) = (Storage(count: perSample), Storage(count: perSample))
    let sums = NormalizationSums(channels, order)
    let pixelSums = Storage(count: 2 * perSample)  // of a piece's weights, then of its biases
    /// A group of each sample.
    func rows(_ group: Int, of x: Floats) -> RowsView { RowsView(x + group * columns, stride: perSample) }
    func momentRows(_ group: Int) -> RowsView { RowsView(moments.pointer + 2 * group, stride: 2 * groups) }
    return Tensor(
        Operation("groupNorm", ["groups": .integer(groups), "epsilon": .number(epsilon)]), shape: x.shape,
        from: x, weight, bias
    ) { y in
        kernels.fillRowConstants(channels, pixels, weights.pointer, stride: pixels, weight.pointer)
        kernels.fillRowConstants(channels, pixels, biases.pointer, stride: pixels, bias.pointer)
        for group in 0..<groups {
            kernels.rowMoments(
                n, columns, rows(group, of: x.pointer), epsilon: epsilon, into: momentRows(group))
            kernels.normalizeRows(
                n, columns, rows(group, of: x.pointer), moments: momentRows(group),
                weight: weights.pointer + group * columns, bias: biases.pointer + group * columns,
                into: rows(group, of: y.pointer))
        }
    } backward: { y in
        x.receiveGradient { target, beta in
            for group in 0..<groups {
                kernels.normalizeRowsBackward(
                    n, columns, rows(group, of: x.pointer), rows(group, of: y.gradientPointer),
                    moments: momentRows(group), weight: weights.pointer + group * columns,
                    into: rows(group, of: target), beta: beta)
            }
        }
        sums.run { samples, weights, biases in
            let (first, ofWeights) = (samples.lowerBound, pixelSums.pointer)
            let ofBiases = ofWeights + perSample
            for group in 0..<groups {
                kernels.normalizedSums(
                    samples.count, columns, rows(group, of: x.pointer).moved(rows: first),
                    rows(group, of: y.gradientPointer).moved(rows: first),
                    moments: momentRows(group).moved(rows: first), weights: ofWeights + group * columns,
                    biases: ofBiases + group * columns)
            }
            // A channel's sums are over its pixels, too: before those of shards are added.
            kernels.rowSums(channels, pixels, ofWeights, into: weights)
            kernels.rowSums(channels, pixels, ofBiases, into: biases)
        }
        weight.receiveShardedGradient(of: x) {
            kernels.accumulate(channels, sums.weights, into: $0, beta: $1)
        }
        bias.receiveShardedGradient(of: x) { kernels.accumulate(channels, sums.biases, into: $0, beta: $1) }
    }.keepingSamples(of: x)
}
