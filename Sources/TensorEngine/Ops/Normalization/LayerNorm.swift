import Determinism
import Kernels

// There is no batch normalisation: its mean and variance are over the samples of a batch, so a sample's values, and with
// them the result, would depend on what it was batched with, on how the batch is cut into shards, and on messages within
// each layer. Layer and group normalisation see one sample, and give the same bits at every world size.

/// Layer normalisation (Ba, Kiros & Hinton 2016): the last axes of each sample are brought to mean 0 and variance 1,
///
///     y = (x − mean) / √(variance + epsilon) ∘ weight + bias
///
/// - Parameters:
///   - x: `[…, size…]`.
///   - weight, bias: `[size…]`; its axes are those that are normalised.
public func layerNorm(_ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Float = 1e-5) -> Tensor {
    let size = weight.shape
    requireShape(
        !size.isEmpty && weight.count > 0 && x.shape.count >= size.count
            && Array(x.shape.suffix(size.count)) == size && bias.shape == size,
        """
        layerNorm: weight \(size) and bias \(bias.shape) do not fit the last axes of input \(x.shape): they are \
        [size…], [size…] and […, size…]
        """)
    // Samples are told apart where all their values are not normalised together with others'.
    let keeps = x.shape.count > size.count
    let columns = weight.count
    let rows = x.count / columns
    let order =
        (keeps ? x.sumOrder?.fitted(to: rows) : nil) ?? SumOrder(counts: [rows])
    let moments = Storage(count: 2 * rows)
    let sums = NormalizationSums(columns, order)
    func momentRows(from row: Int = 0) -> RowsView { RowsView(moments.pointer + 2 * row, stride: 2) }
    return Tensor(
        Operation("layerNorm", ["shape": .integers(size), "epsilon": .number(epsilon)]), shape: x.shape,
        from: x, weight, bias
    ) { y in
        let input = RowsView(x.pointer, stride: columns)
        kernels.rowMoments(rows, columns, input, epsilon: epsilon, into: momentRows())
        kernels.normalizeRows(
            rows, columns, input, moments: momentRows(), weight: weight.pointer, bias: bias.pointer,
            into: RowsView(y.pointer, stride: columns))
    } backward: { y in
        let (input, g) = (RowsView(x.pointer, stride: columns), RowsView(y.gradientPointer, stride: columns))
        x.receiveGradient {
            kernels.normalizeRowsBackward(
                rows, columns, input, g, moments: momentRows(), weight: weight.pointer,
                into: RowsView($0, stride: columns), beta: $1)
        }
        sums.run { rows, weights, biases in
            kernels.normalizedSums(
                rows.count, columns, input.moved(rows: rows.lowerBound), g.moved(rows: rows.lowerBound),
                moments: momentRows(from: rows.lowerBound), weights: weights, biases: biases)
        }
        weight.receiveShardedGradient(of: x) { kernels.accumulate(columns, sums.weights, into: $0, beta: $1) }
        bias.receiveShardedGradient(of: x) { kernels.accumulate(columns, sums.biases, into: $0, beta: $1) }
    }.keepingSamples(in: keeps ? x.sumOrder : nil)
}

/// The gradients of weight and bias: sums over rows, taken piece by piece and shard by shard.
final class NormalizationSums {
    private let columns: Int
    private let order: SumOrder
    private let levels: Storage  // [depth, 2, columns]

    init(_ columns: Int, _ order: SumOrder) {
        (self.columns, self.order) = (columns, order)
        levels = Storage(count: order.pieceSchedule.depth * 2 * columns)
    }

    /// The sums over all rows in the end.
    var weights: Floats { levels.pointer }
    var biases: Floats { levels.pointer + columns }

    /// Calls `add` with the rows of each piece; it writes their sums.
    func run(_ add: (_ rows: Range<Int>, _ weights: Floats, _ biases: Floats) -> Void) {
        order.pieceSchedule.run { piece, level in
            let target = levels.pointer + level * 2 * columns
            add(order.pieces[piece].samples, target, target + columns)
        } merge: { level in
            let sums = levels.pointer + level * 2 * columns
            kernels.add(2 * columns, sums, sums + 2 * columns, into: sums)
        }
    }
}

extension RowsView {
    /// The rows from one on.
    func moved(rows: Int) -> RowsView { RowsView(pointer + rows * stride, stride: stride) }
}
