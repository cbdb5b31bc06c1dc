import Collectives
import Testing

@testable import Training

@Suite(.timeLimit(.minutes(10))) struct ConfusionMatrixTests {
    @Test func countsWhatIsTakenForWhat() {
        var matrix = ConfusionMatrix(classes: 3)
        #expect(matrix.isEmpty)
        Told([[0, 2, 1], [3, 3, 1], [0, 0, 1], [5, 0, 0]], labels: [1, 1, 2, 2]).add(to: &matrix)
        Told([[0, 0, 9]], labels: [2]).add(to: &matrix)
        #expect(matrix.counts == [0, 0, 0, 1, 1, 0, 1, 0, 2])
        #expect((0..<3).map { matrix.total(of: $0) } == [0, 2, 3] && matrix[2, 0] == 1)
    }

    /// Of a model that tells numbers, or has another number of logits than the data have classes.
    @Test func whatIsNotOfItsClassesIsNotCounted() {
        var matrix = ConfusionMatrix(classes: 3)
        Told([[0, 2]], labels: [1]).add(to: &matrix)
        Told(predictions: [(1, 2)]).add(to: &matrix)
        #expect(matrix.isEmpty)
    }

    /// 300 classes take two messages.
    @Test(arguments: [2, 300], 1...4)
    func ranksAddTheirs(classes: Int, ranks: Int) throws {
        let results = withThreadRanks(ranks) { world in
            var matrix = ConfusionMatrix(classes: classes)
            for label in 0..<classes {
                var row = [Float](repeating: 0, count: classes)
                row[(label + world.rank) % classes] = 1
                for _ in 0...world.rank { Told([row], labels: [Int32(label)]).add(to: &matrix) }
            }
            try matrix.add(over: world)
            return matrix
        }
        for result in results {
            let matrix = try result.get()
            for label in 0..<classes {
                #expect(matrix.total(of: label) == ranks * (ranks + 1) / 2)
                let expected = (0..<ranks).filter { $0 % classes == 0 }.reduce(0) { $0 + $1 + 1 }
                #expect(matrix[label, label] == expected)
            }
        }
    }
}
