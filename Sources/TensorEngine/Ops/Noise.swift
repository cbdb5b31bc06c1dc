/// Random numbers uniform in −1 ..< 1 for each sample: `[n, size]`, a pure function of (seed, step, sample, name).
public func noise(_ size: Int, keys: SampleKeys, name: String) -> Tensor {
    Tensor(Operation("noise", ["name": .text(name)]), shape: [keys.count, size], from: []) { y in
        for sample in 0..<keys.count {
            var stream = keys.stream(at: sample, name: name)
            for index in sample * size..<(sample + 1) * size { y.pointer[index] = 2 * stream.nextUnit() - 1 }
        }
    }.keepingSamples(in: keys.sumOrder)
}
