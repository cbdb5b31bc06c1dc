import Formats
import Runs
import Training

extension Prediction {
    /// The picture's file, and its place there.
    var name: String { path + (index.map { "[\($0)]" } ?? "") }

    var json: JSON {
        let head: [(String, JSON)] =
            [("file", .string(path))] + (index.map { [("index", .integer($0))] } ?? [])
        return .object(
            JSONObject(
                head + [
                    ("class", .integer(label)),
                    ("probabilities", .array(probabilities.map { .number(Double($0)) })),
                ]))
    }
}

extension [Prediction] {
    /// One object, so that more can be said beside the predictions later.
    var json: JSON { ["predictions": .array(map(\.json))] }

    /// A line for each picture: name, class, and the classes with their probabilities, the most probable first.
    var table: String {
        let title = "image"
        let width = (map(\.name.count) + [title.count]).max() ?? 0
        func padded(_ text: String) -> String { text + String(repeating: " ", count: width - text.count) }
        let lines = map { prediction in
            let ranking = prediction.ranking.map {
                "\($0) \(NumberText.fixed(Double(prediction.probabilities[$0]), 4))"
            }
            return "\(padded(prediction.name))  \(prediction.label)      \(ranking.joined(separator: "  "))"
        }
        return (["\(padded(title))  class  probabilities"] + lines).joined(separator: "\n")
    }
}
