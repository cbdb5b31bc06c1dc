import TensorEngine
import Testing

@Suite struct CrossEntropyTests {
    @Test(arguments: [[0], [2, 0, 1, 1]])
    func gradients(labels: [Int]) {
        checkGradients(inputs: [[labels.count, 3]]) { crossEntropy($0[0], Labels(labels)) }
    }

    @Test func gradientsAccumulate() {
        checkGradients(inputs: [[2, 5]]) {
            crossEntropy($0[0], Labels([1, 4])) * crossEntropy($0[0], Labels([0, 4]))
        }
    }

    @Test func equalsPyTorch() throws {
        let fixture = try Fixture("cross_entropy")
        let labels = Labels(try fixture.integers("labels"))
        try fixture.check(inputs: ["logits"], output: "loss", upstream: nil) {
            crossEntropy($0[0], labels)
        }
    }

    @Test(arguments: [(nil, 0.2), ([0.5, 2, 0], 0), ([3, 0.1, 1], 0.5)] as [([Float]?, Float)])
    func gradientsWithWeightsAndSmoothing(weights: [Float]?, smoothing: Float) {
        checkGradients(inputs: [[4, 3]]) {
            crossEntropy($0[0], Labels([1, 0, 1, 2]), classWeights: weights, labelSmoothing: smoothing)
        }
    }

    @Test(arguments: [("weights", 0), ("smoothing", 0.1), ("both", 0.3)] as [(String, Float)])
    func withWeightsAndSmoothingEqualsPyTorch(name: String, smoothing: Float) throws {
        let fixture = try Fixture("cross_entropy_weighted")
        let labels = Labels(try fixture.integers("labels"))
        let weights = try fixture.leaf("weights").values
        try fixture.check(inputs: ["logits"], prefix: "\(name)_", output: "loss", upstream: nil) {
            crossEntropy(
                $0[0], labels, classWeights: name == "smoothing" ? nil : weights, labelSmoothing: smoothing)
        }
    }

    /// What a weight of 1 for each class and no smoothing mean.
    @Test func onesAreNoWeights() {
        let logits = randomLeaf([5, 4])
        let labels = Labels([3, 1, 1, 0, 2])
        let plain = crossEntropy(logits, labels)
        let weighted = crossEntropy(logits, labels, classWeights: [1, 1, 1, 1])
        #expect(abs(plain.item - weighted.item) < 1e-5)
    }

    /// An impossible class costs nothing unless labels are smoothed.
    @Test func infiniteLogitsWithoutSmoothing() {
        let logits = Tensor(shape: [1, 3], [1, -.infinity, 1])
        #expect(crossEntropy(logits, Labels([0]), classWeights: [2, 1, 1]).item.isFinite)
    }

    @Test func refusesWeightsOfOtherClasses() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = crossEntropy(Tensor(zeros: [2, 10]), Labels([1, 2]), classWeights: [1, 2])
        }
        #expect(try #require(result).message.contains("2 class weights do not fit 10 classes"))
    }

    @Test func refusesTooMuchSmoothing() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = crossEntropy(Tensor(zeros: [1, 10]), Labels([1]), labelSmoothing: 1.5)
        }
        #expect(try #require(result).message.contains("a label smoothing of 1.5 is not in 0 ... 1"))
    }

    @Test func readsLabelsAgainOnReplay() {
        let labels = Labels([0])
        let loss = crossEntropy(Tensor(shape: [1, 2], [0, 50]), labels)
        #expect(loss.item == 50)
        labels.pointer[0] = 1
        Recording(of: loss).forward()
        #expect(loss.item == 0)
    }

    @Test func refusesAnotherNumberOfLabels() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = crossEntropy(Tensor(zeros: [2, 10]), Labels([1, 2, 3]))
        }
        let message = try #require(result).message
        #expect(message.contains("logits [2, 10], [n, classes], do not fit 3 labels"))
    }

    @Test func refusesALabelThatIsNoClass() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = crossEntropy(Tensor(zeros: [2, 10]), Labels([9, 10]))
        }
        #expect(try #require(result).message.contains("label 10 of sample 1 is not below 10 classes"))
    }
}
