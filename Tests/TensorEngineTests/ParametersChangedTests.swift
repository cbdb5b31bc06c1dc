import TensorEngine
import TestSupport
import Testing

/// What ops make of their weights is kept as long as the weights are, and no longer.
@Suite struct ParametersChangedTests {
    struct Layer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let x: [Int]
        let weights: [[Int]]
        let run: @Sendable (_ x: Tensor, _ weights: [Tensor]) -> Tensor
    }

    static let layers = [
        Layer(testDescription: "linear, few samples", x: [2, 30], weights: [[20, 30], [20]]) {
            linear($0, weight: $1[0], bias: $1[1])
        },
        Layer(testDescription: "linear, many samples", x: [30, 4], weights: [[3, 4], [3]]) {
            linear($0, weight: $1[0], bias: $1[1])
        },
        Layer(testDescription: "matmul", x: [3, 5], weights: [[5, 4]]) { matmul($0, $1[0]) },
        Layer(testDescription: "conv2d", x: [2, 3, 6, 6], weights: [[4, 3, 3, 3], [4]]) {
            conv2d($0, weight: $1[0], bias: $1[1])
        },
        Layer(testDescription: "conv2dReLUMaxPool", x: [2, 1, 6, 6], weights: [[4, 1, 3, 3], [4]]) {
            conv2dReLUMaxPool($0, weight: $1[0], bias: $1[1], pool: 2)
        },
        Layer(testDescription: "convTranspose2d", x: [2, 3, 4, 4], weights: [[3, 4, 3, 3], [4]]) {
            convTranspose2d($0, weight: $1[0], bias: $1[1], stride: 2)
        },
        Layer(testDescription: "layerNorm", x: [2, 6], weights: [[6], [6]]) {
            layerNorm($0, weight: $1[0], bias: $1[1])
        },
        Layer(testDescription: "groupNorm", x: [2, 4, 3], weights: [[4], [4]]) {
            groupNorm($0, groups: 2, weight: $1[0], bias: $1[1])
        },
        Layer(testDescription: "gaussian", x: [3, 6], weights: [[4, 6]]) { gaussian($0, weight: $1[0]) },
        Layer(testDescription: "lstm", x: [2, 3, 4], weights: [[20, 4], [20, 5], [20], [20]]) {
            lstm($0, inputWeight: $1[0], hiddenWeight: $1[1], inputBias: $1[2], hiddenBias: $1[3])
        },
        Layer(testDescription: "gru", x: [2, 3, 4], weights: [[15, 4], [15, 5], [15], [15]]) {
            gru($0, inputWeight: $1[0], hiddenWeight: $1[1], inputBias: $1[2], hiddenBias: $1[3])
        },
        Layer(testDescription: "rnn", x: [2, 3, 4], weights: [[5, 4], [5, 5], [5], [5]]) {
            rnn($0, inputWeight: $1[0], hiddenWeight: $1[1], inputBias: $1[2], hiddenBias: $1[3])
        },
    ]

    /// A graph of one layer, to be replayed.
    private struct Graph {
        let x: Tensor
        let weights: [Tensor]
        let output: Tensor
        let recording: Recording

        init(_ layer: Layer, inputs: UInt64, weights seed: UInt64, weightsLearn: Bool = true) {
            x = randomLeaf(layer.x, seed: inputs)
            weights = layer.weights.enumerated().map {
                Tensor(
                    shape: $1, awayFromZero($1.reduce(1, *), seed: seed + UInt64($0)),
                    requiresGradient: weightsLearn)
            }
            output = layer.run(x, weights)
            recording = Recording(of: weightedSum(output, awayFromZero(output.count, seed: 99)))
        }

        /// Overwrites leaves with the values of others.
        func load(_ leaves: [Tensor], from others: [Tensor]) {
            for (leaf, other) in zip(leaves, others) {
                leaf.pointer.update(from: other.pointer, count: leaf.count)
            }
        }

        /// Values and gradients of a pass.
        func pass(parametersChanged: Bool) -> [[UInt32]] {
            recording.forward(parametersChanged: parametersChanged)
            recording.backward()
            return [bits(output.values), bits(x.gradient)] + weights.map { bits($0.gradient) }
        }
    }

    @Test(arguments: layers)
    func aPassWithTheSameWeightsIsTheSame(layer: Layer) {
        let graph = Graph(layer, inputs: 1, weights: 10)
        let first = graph.pass(parametersChanged: true)
        #expect(graph.pass(parametersChanged: false) == first)
        #expect(graph.pass(parametersChanged: false) == first)
        #expect(graph.pass(parametersChanged: true) == first)
    }

    /// From the first pass, which recording was.
    @Test(arguments: layers)
    func recordingTakesInTheWeights(layer: Layer) {
        let graphs = (0..<2).map { _ in Graph(layer, inputs: 1, weights: 10) }
        #expect(graphs[0].pass(parametersChanged: false) == graphs[1].pass(parametersChanged: true))
    }

    @Test(arguments: layers)
    func newInputsAreTakenInAlways(layer: Layer) {
        let (graph, other) = (Graph(layer, inputs: 1, weights: 10), Graph(layer, inputs: 2, weights: 10))
        let first = graph.pass(parametersChanged: true)
        graph.load([graph.x], from: [other.x])
        let second = graph.pass(parametersChanged: false)
        #expect(second == other.pass(parametersChanged: true))
        #expect(second[0] != first[0])
    }

    /// Each of them, forward and backward.
    @Test(arguments: layers)
    func changedWeightsAreTakenIn(layer: Layer) {
        let graph = Graph(layer, inputs: 1, weights: 10)
        var before = graph.pass(parametersChanged: true)
        let other = Graph(layer, inputs: 1, weights: 20)
        for index in graph.weights.indices {
            let expected = Graph(layer, inputs: 1, weights: 10)
            expected.load(Array(expected.weights[...index]), from: other.weights)
            graph.load([graph.weights[index]], from: [other.weights[index]])
            let after = graph.pass(parametersChanged: true)
            #expect(after == expected.pass(parametersChanged: true), "weight \(index)")
            #expect(after[0] != before[0], "weight \(index)")
            before = after
        }
    }

    /// The promise is about leaves that get a gradient.
    @Test(arguments: layers)
    func weightsThatAreNoParametersMayChange(layer: Layer) {
        let graph = Graph(layer, inputs: 1, weights: 10, weightsLearn: false)
        let other = Graph(layer, inputs: 1, weights: 20, weightsLearn: false)
        _ = graph.pass(parametersChanged: true)
        graph.load(graph.weights, from: other.weights)
        #expect(graph.pass(parametersChanged: false) == other.pass(parametersChanged: true))
    }

    @Test(arguments: layers)
    func computedWeightsMayChange(layer: Layer) {
        func record(_ factor: Float) -> (factor: Tensor, output: Tensor) {
            let factor = Tensor(shape: [], [factor])
            let weights = layer.weights.map { randomLeaf($0, seed: 10) * factor }
            return (factor, layer.run(randomLeaf(layer.x), weights))
        }
        let (graph, other) = (record(1), record(-0.5))
        graph.factor.pointer[0] = -0.5
        Recording(of: graph.output).forward(parametersChanged: false)
        #expect(bits(graph.output.values) == bits(other.output.values))
    }

    @Test func aParameterUsedTwiceIsNoticed() {
        let (x, weight, bias) = (Tensor(zeros: [2, 3]), randomLeaf([3, 3]), randomLeaf([3]))
        let once = linear(x, weight: weight, bias: bias)
        let twice = linear(once, weight: weight, bias: randomLeaf([3]))
        #expect(Recording(of: once).usesLeavesOnce)
        #expect(!Recording(of: twice).usesLeavesOnce)
        #expect(!Recording(of: once + bias).usesLeavesOnce)
        #expect(!Recording(of: weight * weight).usesLeavesOnce, "twice by one node")
        // Inputs, and what is computed, may be used by many.
        #expect(Recording(of: x + once * x + once).usesLeavesOnce)
    }
}
