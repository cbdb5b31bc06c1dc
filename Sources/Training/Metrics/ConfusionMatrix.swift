import Collectives
import Kernels

/// How often a model tells which class of which: the labels of an evaluation, counted by their true and their predicted
/// class.
public struct ConfusionMatrix: Equatable, Sendable {
    /// More classes than anyone looks at one by one.
    public static let mostClasses = 1000

    public let classes: Int
    /// `[true class, predicted class]`, row after row.
    public private(set) var counts: [Int]

    /// - Parameter classes: at most `mostClasses`.
    public init(classes: Int) {
        precondition(1...Self.mostClasses ~= classes, "a confusion matrix of \(classes) classes")
        self.classes = classes
        counts = [Int](repeating: 0, count: classes * classes)
    }

    public subscript(label: Int, prediction: Int) -> Int { counts[label * classes + prediction] }

    public var isEmpty: Bool { !counts.contains { $0 > 0 } }

    /// The labels of a class.
    public func total(of label: Int) -> Int { counts[label * classes..<(label + 1) * classes].reduce(0, +) }

    /// Counts the labels of a shard's samples, where the model has a logit for each class.
    public mutating func measure(_ results: ShardResults) {
        guard let told = results.classification, told.classes == classes else { return }
        for row in 0..<told.labelCount {
            let prediction = kernels.firstMaximum(classes, told.logits + row * classes)
            counts[Int(told.labels[row]) * classes + prediction] += 1
        }
    }

    /// Replaces every rank's counts by their sum over the ranks, exact whatever adds them: see `Score.encode`.
    ///
    /// - Throws: `CommunicatorError` if a peer is lost.
    mutating func add(over world: any Communicator) throws(CommunicatorError) {
        guard world.size > 1 else { return }
        // Some rows at a time: a message of the whole would be 20 MB.
        let rowsAtOnce = max(1, 50_000 / classes)
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(
            capacity: Score.encodedLength(ofCounts: rowsAtOnce * classes))
        defer { buffer.deallocate() }
        guard let base = buffer.baseAddress else { return }
        for first in stride(from: 0, to: classes, by: rowsAtOnce) {
            let range = first * classes..<min(first + rowsAtOnce, classes) * classes
            Score.encode(counts[range], into: base)
            let length = Score.encodedLength(ofCounts: range.count)
            try world.allReduceSum(UnsafeMutableBufferPointer(rebasing: buffer[..<length]))
            for place in range {
                counts[place] = Score.count(
                    at: base + Score.encodedLength(ofCounts: place - range.lowerBound))
            }
        }
    }
}
