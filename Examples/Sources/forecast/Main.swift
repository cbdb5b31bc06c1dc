import Lockstep

/// A wave of its own speed and phase, with overtones and noise: 24 values are seen, the 4 that follow are to be told.
struct Waves: SampleSource {
    let count: Int, seed: UInt64
    let shape = SampleShape(input: [24, 1], target: .numbers([4]))

    func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
        var stream = RandomStream(seed: seed, name: "waves", index: sample)
        let (speed, phase) = (0.2 + 0.5 * stream.nextUnit(), 6.3 * stream.nextUnit())
        for time in 0..<28 {
            let angle = speed * Float(time) + phase
            let value = sin(angle + sin(angle)) + 0.1 * (stream.nextUnit() - 0.5)
            if time < 24 { slot.input[time] = value } else { slot.numbers[time - 24] = value }
        }
    }
}

@main struct Main {
    static func main() {
        let waves = DataDescriptor("waves", "what comes next of a wave") { _ in
            (train: Waves(count: 4000, seed: 1), test: Waves(count: 1000, seed: 2))
        }
        let models: [ModelDescriptor] = [
            .recurrent,
            .autoregression,
        ]
        TrainerCommand(name: "forecast", models: models, data: [waves]).main()
    }
}
