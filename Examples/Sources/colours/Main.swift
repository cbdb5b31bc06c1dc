import Lockstep

/// Colour pictures of CIFAR's size: stripes of ten directions and colours, under noise.
struct Stripes: SampleSource {
    let count: Int, seed: UInt64
    let shape = SampleShape(input: [3, 32, 32], target: .classes(10))

    func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
        var stream = RandomStream(seed: seed, name: "stripes", index: sample)
        let label = Int(stream.nextInteger(below: 10))
        let phase = stream.nextUnit() * 6
        let (dx, dy) = (cos(Float(label) * .pi / 10), sin(Float(label) * .pi / 10))
        for channel in 0..<3 {
            let strength: Float = channel == label % 3 ? 0.5 : 0.2
            for y in 0..<32 {
                for x in 0..<32 {
                    let wave = sin(0.7 * (Float(x) * dx + Float(y) * dy) + phase)
                    slot.input[(channel * 32 + y) * 32 + x] =
                        0.5 + strength * wave + 0.3 * (stream.nextUnit() - 0.5)
                }
            }
        }
        slot.labels[0] = Int32(label)
    }
}

/// Three convolutions, the second around a shortcut, then the mean over each map.
struct ResidualColours: Classifier {
    let stem = Conv2d(inputs: 3, outputs: 16, kernel: 3, padding: 1)
    let inner = Conv2d(inputs: 16, outputs: 16, kernel: 3, padding: 1)
    let wide = Conv2d(inputs: 16, outputs: 32, kernel: 3, padding: 1)
    let fc = Linear(inputs: 32, outputs: 10)
    var children: KeyValuePairs<String, any Module> {
        ["stem": stem, "inner": inner, "wide": wide, "fc": fc]
    }
    func features(_ x: Tensor) -> Tensor {
        let small = maxPool2d(relu(stem(x)), kernel: 2)
        return globalAvgPool2d(relu(wide(maxPool2d(small + relu(inner(small)), kernel: 2))))
    }
    func logits(features: Tensor) -> Tensor { fc(features) }
}

@main struct Main {
    static func main() {
        Lockstep.run { world in
            var fit = Fit(
                ResidualColours(), on: Stripes(count: 1024, seed: 1), test: Stripes(count: 256, seed: 2))
            fit.optimizer = Adam()
            fit.schedule = .cosine(0.004)
            fit.globalBatch = 64
            fit.epochs = 20
            fit.isQuiet = true
            fit.afterEpoch = { ($0.test.accuracy ?? 0) > 0.99 ? .stop : .goOn }
            let result = try fit.run(in: world)
            if world.rank == 0 { print(result.test.summary, result.stateHash) }
        }
    }
}
