import TensorEngine

/// A recurrent network of one or more layers, each in one direction or both: `torch.nn.LSTM`, `GRU` and `RNN` with
/// `batch_first=True`, under their names, gate orders and default initialisation.
public struct Recurrent: Module {
    public let layers: Int
    public let isBidirectional: Bool
    /// Layer by layer, forward before reverse.
    let cells: [RecurrentCell]

    private var directions: Int { isBidirectional ? 2 : 1 }

    public init(
        _ kind: RecurrentKind, features: Int, hidden: Int, layers: Int = 1, isBidirectional: Bool = false
    ) {
        requireShape(layers >= 1, "a recurrent network needs a layer, got \(layers)")
        self.layers = layers
        self.isBidirectional = isBidirectional
        let directions = isBidirectional ? 2 : 1
        cells = (0..<layers * directions).map { index in
            RecurrentCell(kind, features: index < directions ? features : hidden * directions, hidden: hidden)
        }
    }

    public var namedParameters: [(name: String, parameter: Parameter)] {
        cells.enumerated().flatMap { index, cell in
            let reverse = index % directions == 1 ? "_reverse" : ""
            return cell.namedParameters(suffix: "_l\(index / directions)\(reverse)")
        }
    }

    /// `[batch, time, features]` → every hidden state of the top layer, `[batch, time, hidden · directions]`, or the
    /// last step's.
    ///
    /// - Parameter states: before the first step, layer by layer, forward before reverse; nil for zeros.
    public func callAsFunction(
        _ x: Tensor, from states: [RecurrentState]? = nil, returning output: SequenceOutput = .all
    ) -> Tensor {
        run(x, from: states, returning: output).output
    }

    /// The states after the last step, layer by layer, forward before reverse.
    public func finalStates(_ x: Tensor, from states: [RecurrentState]? = nil) -> [RecurrentState] {
        run(x, from: states, returning: .last).states
    }

    private func run(
        _ x: Tensor, from initial: [RecurrentState]?, returning output: SequenceOutput
    ) -> (output: Tensor, states: [RecurrentState]) {
        requireShape(
            initial == nil || initial?.count == cells.count,
            "\(cells.count) layers and directions need as many initial states, got \(initial?.count ?? 0)")
        var input = x
        var states: [RecurrentState] = []
        for layer in 0..<layers {
            let isTop = layer == layers - 1
            var outputs: [Tensor] = []
            for direction in 0..<directions {
                let index = layer * directions + direction
                let (y, state) = cells[index].run(
                    direction == 0 ? input : input.reversed(axis: 1), from: initial?[index],
                    returning: isTop && !isBidirectional ? output : .all)
                states.append(state)
                outputs.append(direction == 0 ? y : y.reversed(axis: 1))
            }
            input = isBidirectional ? concatenate(outputs, axis: 2) : outputs[0]
        }
        return (isBidirectional && output == .last ? input.lastStep() : input, states)
    }
}
