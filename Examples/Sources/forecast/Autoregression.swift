import Lockstep

/// Each number is a weighted sum of all values seen: the autoregressive model of statistics, which a network has to beat.
struct Autoregression: Model {
    let fc: Linear
    var children: KeyValuePairs<String, any Module> { ["fc": fc] }

    init(_ shape: SampleShape) {
        fc = Linear(inputs: shape.inputCount, outputs: shape.numbersPerSample)
    }

    func outcome(of batch: Batch, mode: Mode) -> Outcome {
        let told = fc(batch.inputs.flattened())
        return Outcome(loss: meanSquaredError(told, batch.numbers), predictions: told)
    }
}

extension ModelDescriptor {
    static let autoregression = ModelDescriptor(
        "autoregression", "a weighted sum of the values",
        tuned: TunedDefaults(optimizer: .adam, learningRate: 0.005, schedule: .cosine)
    ) {
        Autoregression($0.shape)
    }
}
