import Formats

/// One thing that a machine was examined for.
public struct Finding: Equatable, Sendable {
    public enum Level: String, Sendable {
        case ok
        /// Training works, but slower, or not everywhere.
        case warning
        /// Training does not work.
        case error
    }

    /// What was looked at: "MPI".
    public let topic: String
    public let level: Level
    /// What was found.
    public let text: String
    /// What to do; nil where all is well.
    public let advice: String?

    static func ok(_ topic: String, _ text: String) -> Finding {
        Finding(topic: topic, level: .ok, text: text, advice: nil)
    }

    static func warning(_ topic: String, _ text: String, advice: String) -> Finding {
        Finding(topic: topic, level: .warning, text: text, advice: advice)
    }

    static func error(_ topic: String, _ text: String, advice: String) -> Finding {
        Finding(topic: topic, level: .error, text: text, advice: advice)
    }

    /// For a reader: "warning  network    no interface but lo; …".
    public var line: String {
        func column(_ word: String, _ width: Int) -> String {
            word + String(repeating: " ", count: max(1, width - word.count))
        }
        return column(level.rawValue, 9) + column(topic, 14) + text + (advice.map { "; \($0)" } ?? "")
    }

    public var json: JSON {
        [
            "topic": .string(topic), "level": .string(level.rawValue), "text": .string(text),
            "advice": advice.map { .string($0) } ?? .null,
        ]
    }
}
