import TensorEngine
import TestSupport
import Testing

@Suite struct NormalizationTests {
    @Test(arguments: [([3, 7], [7]), ([2, 3, 5], [5]), ([2, 3, 4], [3, 4]), ([6], [6])])
    func layerGradients(x: [Int], size: [Int]) {
        checkGradients(inputs: [x, size, size], tolerance: 1e-3) {
            layerNorm($0[0], weight: $0[1], bias: $0[2])
        }
    }

    @Test(arguments: [("layer_norm"), ("layer_norm_axes")])
    func layerEqualsPyTorch(fixture: String) throws {
        try Fixture(fixture).check(inputs: ["x", "weight", "bias"]) {
            layerNorm($0[0], weight: $0[1], bias: $0[2])
        }
    }

    @Test(arguments: [([2, 4, 3], 1), ([2, 4, 3], 2), ([1, 3, 2, 4], 3), ([3, 6], 2)])
    func groupGradients(x: [Int], groups: Int) {
        checkGradients(inputs: [x, [x[1]], [x[1]]], tolerance: 1e-3) {
            groupNorm($0[0], groups: groups, weight: $0[1], bias: $0[2])
        }
    }

    @Test func groupEqualsPyTorch() throws {
        try Fixture("group_norm").check(inputs: ["x", "weight", "bias"]) {
            groupNorm($0[0], groups: 3, weight: $0[1], bias: $0[2])
        }
    }

    /// An input, a weight and a bias that are used twice get both shares.
    @Test func gradientsAccumulate() {
        checkGradients(inputs: [[2, 6], [6], [6]], tolerance: 1e-3) {
            layerNorm(tanh(layerNorm($0[0], weight: $0[1], bias: $0[2])), weight: $0[1], bias: $0[2]) + $0[0]
        }
        checkGradients(inputs: [[2, 4, 3], [4], [4]], tolerance: 1e-3) {
            let once = groupNorm($0[0], groups: 2, weight: $0[1], bias: $0[2])
            return groupNorm(tanh(once), groups: 2, weight: $0[1], bias: $0[2]) + $0[0]
        }
    }

    /// One group of all channels, each pixel's weight its channel's: the two are the same thing.
    @Test func oneGroupIsLayerNormalisation() {
        let x = randomLeaf([2, 3, 4])
        let (weight, bias) = (randomLeaf([3], seed: 2), randomLeaf([3], seed: 3))
        func spread(_ channels: Tensor) -> Tensor {
            Tensor(shape: [3, 4], (0..<12).map { channels.values[$0 / 4] })
        }
        let group = groupNorm(x, groups: 1, weight: weight, bias: bias)
        #expect(group.values == layerNorm(x, weight: spread(weight), bias: spread(bias)).values)
    }

    @Test func valuesAllAlikeStayFinite() {
        let x = Tensor(shape: [1, 4], [7, 7, 7, 7], requiresGradient: true)
        let y = layerNorm(
            x, weight: Tensor(shape: [4], [1, 1, 1, 1]), bias: Tensor(shape: [4], [1, 2, 3, 4]))
        weightedSum(y, [1, 2, 3, 4]).backward()
        #expect(y.values == [1, 2, 3, 4])
        #expect(x.gradient.allSatisfy { $0.isFinite })
    }

    @Test func refusesWeightsOfOtherAxes() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = layerNorm(Tensor(zeros: [2, 5]), weight: Tensor(zeros: [4]), bias: Tensor(zeros: [4]))
        }
        let message = try #require(result).message
        #expect(message.contains("weight [4] and bias [4] do not fit the last axes of input [2, 5]"))
    }

    @Test func refusesGroupsThatDoNotDivide() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = groupNorm(
                Tensor(zeros: [2, 5, 3]), groups: 2, weight: Tensor(zeros: [5]), bias: Tensor(zeros: [5]))
        }
        #expect(try #require(result).message.contains("groupNorm: 2 groups do not divide 5 channels"))
    }
}
