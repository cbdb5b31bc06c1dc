import Lockstep

/// Two spirals: a sample is a pure function of its number.
struct Spirals: SampleSource {
    let count: Int, seed: UInt64
    let shape = SampleShape(input: [2], target: .classes(2))

    func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
        var stream = RandomStream(seed: seed, name: "spiral", index: sample)
        let t = stream.nextUnit() * 3 * .pi
        let radius = sample % 2 == 0 ? t / 10 : -t / 10
        (slot.input[0], slot.input[1]) = (radius * cos(t), radius * sin(t))
        slot.labels[0] = Int32(sample % 2)
    }
}

struct Residual: Classifier {
    let stem, hidden, fc: Linear
    init(_ shape: SampleShape) {
        stem = Linear(inputs: shape.inputCount, outputs: 64)
        hidden = Linear(inputs: 64, outputs: 64)
        fc = Linear(inputs: 64, outputs: shape.classes)
    }
    var children: KeyValuePairs<String, any Module> { ["stem": stem, "hidden": hidden, "fc": fc] }
    func features(_ x: Tensor) -> Tensor {
        let h = relu(stem(x))
        return h + relu(hidden(h))
    }
    func logits(features: Tensor) -> Tensor { fc(features) }
}

@main struct Main {
    static func main() {
        let (train, test) = (Spirals(count: 4000, seed: 1), Spirals(count: 1000, seed: 2))
        let tuned = TunedDefaults(optimizer: .adam, learningRate: 0.003)
        let residual = ModelDescriptor("residual", "a shortcut", tuned: tuned) { Residual($0.shape) }
        let spirals = DataDescriptor("spirals", "two spirals, told apart") { _ in (train: train, test: test) }
        TrainerCommand(name: "spirals", models: [residual], data: [spirals]).main()
    }
}
