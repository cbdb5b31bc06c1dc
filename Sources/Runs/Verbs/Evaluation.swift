import Formats
import Samples
import Training

/// What `evaluate` found: a model's score, and how it does on each class.
public struct Evaluation: Equatable, Sendable {
    public let score: Score
    /// Nil for a model that tells no classes, or too many to look at one by one.
    public let confusion: ConfusionMatrix?
    /// What the classes are called, where that is known.
    public let classNames: [String]?

    private func name(of label: Int) -> String { classNames.map { $0[label] } ?? "\(label)" }

    /// The score's members, and each class's.
    public var json: JSON {
        var members = score.members
        if let confusion {
            let classes = (0..<confusion.classes).map { label -> JSON in
                let (correct, total) = (confusion[label, label], confusion.total(of: label))
                let name: [(String, JSON)] = classNames.map { [("name", .string($0[label]))] } ?? []
                return .object(
                    JSONObject(
                        [("class", .integer(label))] + name + [
                            ("accuracy", total > 0 ? .number(Double(correct) / Double(total)) : .null),
                            ("correct", .integer(correct)), ("total", .integer(total)),
                        ]))
            }
            members.append(("per_class", .array(classes)))
        }
        return .object(JSONObject(members))
    }

    /// The score in words; below it the classes that are told worst.
    public var summary: String {
        guard let confusion else { return score.summary }
        let worst = (0..<confusion.classes)
            .map { (label: $0, correct: confusion[$0, $0], total: confusion.total(of: $0)) }
            .filter { $0.correct < $0.total }
            // Of equal shares the first class comes first: sorting keeps no order by itself.
            .sorted {
                let (left, right) = ($0.correct * $1.total, $1.correct * $0.total)
                return left == right ? $0.label < $1.label : left < right
            }
            .prefix(3)
        if worst.isEmpty { return score.summary }
        let list = worst.map { "\(name(of: $0.label)) \(NumberText.share($0.correct, of: $0.total))" }
        return score.summary + "\nworst classes: " + list.joined(separator: ", ")
    }
}
