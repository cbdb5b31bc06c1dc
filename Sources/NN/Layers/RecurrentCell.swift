import TensorEngine

/// The three kinds of recurrent layers.
public enum RecurrentKind: Sendable, Equatable {
    /// Gate order i f g o.
    case lstm
    /// Gate order r z n.
    case gru
    case rnn(RecurrentActivation)

    var gateCount: Int {
        switch self {
        case .lstm: 4
        case .gru: 3
        case .rnn: 1
        }
    }
}

/// What a recurrent layer remembers between two steps, `[batch, hidden]` each.
public struct RecurrentState {
    public let hidden: Tensor
    /// An LSTM's cell state; nil for the other kinds.
    public let cell: Tensor?
}

/// One direction of one recurrent layer, with PyTorch's default initialisation.
struct RecurrentCell {
    let kind: RecurrentKind
    let inputWeight: Parameter  // [gates·hidden, features]
    let hiddenWeight: Parameter  // [gates·hidden, hidden]
    let inputBias: Parameter  // [gates·hidden]
    let hiddenBias: Parameter  // [gates·hidden]

    init(_ kind: RecurrentKind, features: Int, hidden: Int) {
        self.kind = kind
        let rows = kind.gateCount * hidden
        inputWeight = Parameter([rows, features], .torchDefault(fanIn: hidden))
        hiddenWeight = Parameter([rows, hidden], .torchDefault(fanIn: hidden))
        inputBias = Parameter([rows], .torchDefault(fanIn: hidden))
        hiddenBias = Parameter([rows], .torchDefault(fanIn: hidden))
    }

    /// Under PyTorch's names, `suffix` being such as `_l1_reverse`.
    func namedParameters(suffix: String) -> [(name: String, parameter: Parameter)] {
        [
            ("weight_ih\(suffix)", inputWeight), ("weight_hh\(suffix)", hiddenWeight),
            ("bias_ih\(suffix)", inputBias), ("bias_hh\(suffix)", hiddenBias),
        ]
    }

    /// `[batch, time, features]` → hidden states, and the final state.
    func run(
        _ x: Tensor, from state: RecurrentState?, returning output: SequenceOutput
    ) -> (output: Tensor, state: RecurrentState) {
        let (w, u) = (inputWeight.tensor, hiddenWeight.tensor)
        let (b, c) = (inputBias.tensor, hiddenBias.tensor)
        var cell: Tensor?
        let states: Tensor
        switch kind {
        case .lstm:
            (states, cell) = lstmWithCell(
                x, inputWeight: w, hiddenWeight: u, inputBias: b, hiddenBias: c,
                initialHidden: state?.hidden, initialCell: state?.cell, returning: output)
        case .gru:
            states = gru(
                x, inputWeight: w, hiddenWeight: u, inputBias: b, hiddenBias: c,
                initialHidden: state?.hidden, returning: output)
        case .rnn(let activation):
            states = rnn(
                x, inputWeight: w, hiddenWeight: u, inputBias: b, hiddenBias: c, activation: activation,
                initialHidden: state?.hidden, returning: output)
        }
        return (states, RecurrentState(hidden: output == .last ? states : states.lastStep(), cell: cell))
    }
}

extension Tensor {
    /// `[batch, time, features] → [batch, features]`, at the last time step.
    func lastStep() -> Tensor {
        sliced(axis: 1, shape[1] - 1..<shape[1]).reshaped(to: [shape[0], shape[2]])
    }
}
