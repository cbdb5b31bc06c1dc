import Lockstep

/// A GRU over the values; its last state tells what follows.
struct RecurrentForecast: Model {
    let gru: Recurrent, fc: Linear
    var children: KeyValuePairs<String, any Module> { ["gru": gru, "fc": fc] }

    init(_ shape: SampleShape, hidden: Int) {
        gru = Recurrent(.gru, features: shape.input[1], hidden: hidden)
        fc = Linear(inputs: hidden, outputs: shape.numbersPerSample)
    }

    func outcome(of batch: Batch, mode: Mode) -> Outcome {
        let told = fc(gru(batch.inputs, returning: .last))
        return Outcome(loss: meanSquaredError(told, batch.numbers), predictions: told)
    }
}

extension ModelDescriptor {
    static let recurrent = ModelDescriptor(
        "recurrent", "a GRU over the values",
        tuned: TunedDefaults(optimizer: .adam, learningRate: 0.005, schedule: .cosine),
        settings: [
            OwnSetting(
                "hidden", default: 32, .integer(1...4096), "N", unit: "units", help: "width of the GRU")
        ]
    ) {
        RecurrentForecast($0.shape, hidden: try $0["hidden"])
    }
}
