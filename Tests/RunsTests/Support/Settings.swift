import Formats
import NN

@testable import Runs
@testable import Training

/// Settings of a test's run, in the keys of `--config`.
struct Settings: ExpressibleByDictionaryLiteral, Sendable, CustomStringConvertible {
    private var values: [(String, JSON)]

    init(dictionaryLiteral elements: (String, JSON)...) { values = elements }

    init(_ object: JSONObject) { values = object.members.map { ($0.key, $0.value) } }

    subscript(_ key: String) -> JSON? { json[key] }

    var json: JSON { .object(JSONObject(values)) }
    var description: String { json.text }

    /// These, with others in their place or beside them.
    func with(_ other: Settings) -> Settings {
        var merged = self
        for (key, value) in other.values {
            merged.values.removeAll { $0.0 == key }
            merged.values.append((key, value))
        }
        return merged
    }
}

extension Settings {
    /// Eleven steps of the smallest network: four an epoch, the last of an epoch shorter.
    static let quick: Settings = [
        "model": "perceptron", "global_batch": 20, "shards": 8, "max_steps": 11, "log_every": 2,
        "verify_every": 3,
    ]
}

extension Configuration {
    /// The network for MNIST's digits, or strips of them.
    func makeModel() throws -> any Model { try makeModel(for: samples(of: .mnist)) }
}
