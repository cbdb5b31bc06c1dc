import Formats
import Training

extension Score {
    /// What metrics and results say of it; accuracies only where there are predictions.
    var members: [(String, JSON)] {
        var members: [(String, JSON)] = [("loss", .number(loss))]
        if let accuracy {
            members += [
                ("accuracy", .number(accuracy)), ("correct", .integer(correct)), ("total", .integer(labels)),
            ]
        }
        if let sequenceAccuracy {
            members += [
                ("sequence_accuracy", .number(sequenceAccuracy)),
                ("sequences_correct", .integer(sequencesCorrect)),
            ]
        }
        return members
    }

    public var json: JSON { .object(JSONObject(members)) }

    /// The result in words: "accuracy 98.12 % (9812 of 10000), loss 0.0612".
    public var summary: String {
        func share(_ part: Int, _ whole: Int) -> String {
            "\(NumberText.fixed(100 * Double(part) / Double(whole), 2)) % (\(part) of \(whole))"
        }
        return (accuracy == nil ? "" : "accuracy \(share(correct, labels)), ")
            + (sequenceAccuracy == nil ? "" : "whole samples \(share(sequencesCorrect, samples)), ")
            + "loss \(NumberText.fixed(loss, 4))"
    }
}
