import Formats
import Runs
import Training

extension Prediction {
    /// The picture's file, and its place there.
    var name: String { path + (index.map { "[\($0)]" } ?? "") }

    var json: JSON {
        let head: [(String, JSON)] =
            [("file", .string(path))] + (index.map { [("index", .integer($0))] } ?? [])
        let name: [(String, JSON)] = classNames.map { [("class_name", .string($0[label]))] } ?? []
        return .object(
            JSONObject(
                head + [("class", .integer(label))] + name + [
                    ("probabilities", .array(probabilities.map { .number(Double($0)) }))
                ]))
    }
}

extension [Prediction] {
    /// One object, so that more can be said beside the predictions later.
    var json: JSON { ["predictions": .array(map(\.json))] }

    /// The most classes of a picture that a line has room for.
    private static var shown: Int { 10 }

    /// A line for each picture: name, class, and the classes with their probabilities, the most probable first.
    var table: String {
        func column(_ title: String, _ cells: [String]) -> [String] {
            let all = [title] + cells
            let width = all.map(\.count).max() ?? 0
            return all.map { $0 + String(repeating: " ", count: width - $0.count) }
        }
        let rankings = map { prediction in
            prediction.ranking.prefix(Self.shown).map {
                "\(prediction.name(of: $0)) \(NumberText.fixed(Double(prediction.probabilities[$0]), 4))"
            }.joined(separator: "  ")
        }
        let images = column("image", map(\.name))
        let classes = column("class", map { $0.name(of: $0.label) })
        return zip(zip(images, classes), ["probabilities"] + rankings)
            .map { "\($0.0)  \($0.1)  \($1)" }.joined(separator: "\n")
    }
}
