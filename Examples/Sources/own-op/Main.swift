import Lockstep

/// The bent identity, `y = (√(x² + 1) − 1) / 2 + x`: an op of one's own, with its backward under its forward.
func bentIdentity(_ x: Tensor) -> Tensor {
    Tensor("bentIdentity", shape: x.shape, from: x) { y in
        for i in 0..<x.count { y.pointer[i] = (sqrt(x.pointer[i] * x.pointer[i] + 1) - 1) / 2 + x.pointer[i] }
    } backward: { y in
        x.receiveGradient { target, beta in  // dy/dx = x / (2 √(x² + 1)) + 1
            for i in 0..<x.count {
                let slope = x.pointer[i] / (2 * sqrt(x.pointer[i] * x.pointer[i] + 1)) + 1
                let share = y.gradientPointer[i] * slope
                target[i] = beta == 0 ? share : share + beta * target[i]
            }
        }
    }.keepingSamples(of: x)  // a sample's values depend on that sample alone
}

/// Points of a plane, and whether they lie within a ring.
struct Ring: SampleSource {
    let count: Int, seed: UInt64
    let shape = SampleShape(input: [2], target: .classes(2))

    func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
        var stream = RandomStream(seed: seed, name: "ring", index: sample)
        let (x, y) = (4 * stream.nextUnit() - 2, 4 * stream.nextUnit() - 2)
        (slot.input[0], slot.input[1]) = (x, y)
        slot.labels[0] = (0.8...1.6).contains(sqrt(x * x + y * y)) ? 1 : 0
    }
}

struct Bent: Classifier {
    let first = Linear(inputs: 2, outputs: 48), second = Linear(inputs: 48, outputs: 48)
    let fc = Linear(inputs: 48, outputs: 2)
    var children: KeyValuePairs<String, any Module> { ["first": first, "second": second, "fc": fc] }
    func features(_ x: Tensor) -> Tensor { bentIdentity(second(bentIdentity(first(x)))) }
    func logits(features: Tensor) -> Tensor { fc(features) }
}

@main struct Main {
    static func main() {
        Lockstep.run { world in
            var fit = Fit(Bent(), on: Ring(count: 4000, seed: 1), test: Ring(count: 1000, seed: 2))
            fit.optimizer = Adam()
            fit.schedule = .cosine(0.01)
            fit.epochs = 60
            fit.isQuiet = true
            let result = try fit.run(in: world)
            if world.rank == 0 { print(result.test.summary, result.stateHash) }
        }
    }
}
