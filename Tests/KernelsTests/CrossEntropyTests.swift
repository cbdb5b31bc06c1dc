import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct CrossEntropyTests {
    static let logits: [[Float]] = [
        [0, 0, 0], [1, 2, 3], [80, -80, 0], [-1000, -1001, -1002], [3e38, 0, -3e38],
    ]

    @Test(arguments: logits, tables)
    func softmaxRowsEqualsTheDefinition(row: [Float], kernels: any KernelTable.Type) {
        var logits = row
        var probabilities = [Float](repeating: .nan, count: 3)
        var logSum = Float.nan
        kernels.softmaxRows(1, 3, &logits, into: &probabilities, logSums: &logSum)
        let peak = Double(row.max()!)
        let exponentials = row.map { Foundation.exp(Double($0) - peak) }
        let total = exponentials.reduce(0, +)
        #expect(mismatch(probabilities, exponentials.map { $0 / total }, atol: 1e-30, rtol: 1e-6) == nil)
        #expect(mismatch([logSum], [peak + log(total)], atol: 1e-6, rtol: 1e-6) == nil)
    }

    /// A network that diverged must not look as if it were learning.
    @Test(arguments: [[Float.nan, 0, 0], [0, .nan, 0], [0, 0, .nan], [.infinity, 0, 0]], tables)
    func lossOfDivergedLogitsIsNaN(row: [Float], kernels: any KernelTable.Type) {
        var logits = row
        var probabilities = [Float](repeating: 0, count: 3)
        var logSum: Float = 0
        kernels.softmaxRows(1, 3, &logits, into: &probabilities, logSums: &logSum)
        let loss = kernels.crossEntropySum(1, 3, &logits, logSums: &logSum, labels: [0])
        #expect(loss.isNaN)
    }

    @Test(arguments: tables)
    func countCorrectTakesTheFirstMaximum(kernels: any KernelTable.Type) {
        var logits = ([[1, 3, 3], [5, 5, 5], [-2, -1, -3], [0, 0, 1]] as [[Float]]).flatMap { $0 }
        #expect(kernels.countCorrect(4, 3, &logits, labels: [1, 0, 1, 2]) == 4)
        #expect(kernels.countCorrect(4, 3, &logits, labels: [2, 1, 0, 2]) == 1)
        #expect(kernels.countCorrect(0, 3, &logits, labels: [0]) == 0)
    }

    /// Ties and NaNs included: every label is right where it is the place of the first maximum.
    @Test(arguments: tables)
    func countCorrectAgreesWithFirstMaximum(kernels: any KernelTable.Type) {
        var generator = SystemRandomNumberGenerator()
        for classes in 1...40 {
            for _ in 0..<50 {
                var row = (0..<classes).map { _ in
                    [Float.nan, 0, 1, 2, -Float.infinity].randomElement(using: &generator)!
                }
                let first = kernels.firstMaximum(classes, &row)
                for label in 0..<classes {
                    let correct = kernels.countCorrect(1, classes, &row, labels: [Int32(label)])
                    #expect(correct == (label == first ? 1 : 0), "label \(label) of \(row)")
                }
            }
        }
    }
}
