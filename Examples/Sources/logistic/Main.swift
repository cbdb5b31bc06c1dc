import TensorEngine

// Logistic regression by the tensor engine alone: a graph is recorded once, then replayed after each change of its leaves.
// It learns whether x + 2y > 1.
let count = 64
let points = (0..<2 * count).map { Float(($0 * 37) % 101) / 50 - 1 }
let above = (0..<count).map { points[2 * $0] + 2 * points[2 * $0 + 1] > 1 ? Float(1) : 0 }

let weight = Tensor(zeros: [1, 2], requiresGradient: true)
let bias = Tensor(zeros: [1], requiresGradient: true)
let logits = linear(Tensor(shape: [count, 2], points), weight: weight, bias: bias)
let loss = binaryCrossEntropy(logits, Tensor(shape: [count, 1], above))

let recording = Recording(of: loss)
for _ in 0..<2000 {
    recording.forward()
    recording.backward()
    for parameter in [weight, bias] {
        for i in 0..<parameter.count { parameter.pointer[i] -= 0.05 * parameter.gradientPointer[i] }
    }
}
let right = (0..<count).count { (logits.values[$0] > 0) == (above[$0] == 1) }
print("loss \(loss.item), \(right) of \(count) right, weight \(weight.values), bias \(bias.values)")
