import TensorEngine
import Testing

/// An LSTM that goes on from given states, and hands its own on.
@Suite struct LSTMStatesTests {
    private func run(
        _ tensors: [Tensor], hidden: Tensor?, cell: Tensor?
    ) -> (output: Tensor, cell: Tensor) {
        lstmWithCell(
            tensors[0], inputWeight: tensors[1], hiddenWeight: tensors[2], inputBias: tensors[3],
            hiddenBias: tensors[4], initialHidden: hidden, initialCell: cell)
    }

    private func joined(_ result: (output: Tensor, cell: Tensor)) -> Tensor {
        concatenate([result.output.flattened(), result.cell], axis: 1)
    }

    @Test(arguments: [1, 3])
    func gradients(time: Int) {
        let shapes = LSTMTests.shapes(batch: 2, time: time, features: 3, hidden: 4) + [[2, 4], [2, 4]]
        checkGradients(inputs: shapes, scale: 0.5) { joined(run($0, hidden: $0[5], cell: $0[6])) }
        checkGradients(inputs: shapes, scale: 0.5) {
            joined(run($0, hidden: $0[5], cell: nil)) + $0[6].sum()
        }
        checkGradients(inputs: shapes, scale: 0.5) {
            joined(run($0, hidden: nil, cell: $0[6])) + $0[5].sum() + $0[2].sum()
        }
    }

    /// Where only the cell state is used, the gradient still finds its way.
    @Test func gradientsThroughTheFinalCellAlone() {
        let shapes = LSTMTests.shapes(batch: 2, time: 3, features: 2, hidden: 2) + [[2, 2], [2, 2]]
        checkGradients(inputs: shapes, scale: 0.5) { run($0, hidden: $0[5], cell: $0[6]).cell }
    }

    @Test func equalsPyTorch() throws {
        let names = [
            "x", "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "initial_hidden", "initial_cell",
        ]
        try Fixture("lstm_states").check(inputs: names) { joined(run($0, hidden: $0[5], cell: $0[6])) }
    }

    /// Two halves of a sequence, the second going on where the first ended, are the whole.
    @Test func goesOnWhereItEnded() {
        let shapes = LSTMTests.shapes(batch: 3, time: 6, features: 2, hidden: 5)
        let inputs = shapes.enumerated().map { randomLeaf($1, seed: UInt64($0 + 1)) }
        let whole = run(inputs, hidden: nil, cell: nil)
        let first = run([inputs[0].sliced(axis: 1, 0..<4)] + inputs[1...], hidden: nil, cell: nil)
        let second = run(
            [inputs[0].sliced(axis: 1, 4..<6)] + inputs[1...],
            hidden: first.output.sliced(axis: 1, 3..<4).reshaped(to: [3, 5]), cell: first.cell)
        #expect(second.output.values == whole.output.sliced(axis: 1, 4..<6).values)
        #expect(second.cell.values == whole.cell.values)
    }
}
