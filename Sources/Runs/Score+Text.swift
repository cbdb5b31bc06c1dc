import Formats
import Training

extension MetricReport {
    /// What metrics and results say of it.
    var members: [(String, JSON)] {
        var members: [(String, JSON)] = [(key, .number(value.number))]
        if case .share(let part, let whole) = value {
            if let partKey { members.append((partKey, .integer(part))) }
            if let wholeKey { members.append((wholeKey, .integer(whole))) }
        }
        return members
    }

    /// In words: "accuracy 98.12 % (9812 of 10000)", "loss 0.0612".
    var text: String {
        switch value {
        case .mean(let value): "\(words) \(NumberText.fixed(value, 4))"
        case .share(let part, let whole): "\(words) \(NumberText.share(part, of: whole))"
        }
    }
}

extension Score {
    /// What metrics and results say of it.
    var members: [(String, JSON)] { reports.flatMap(\.members) }

    public var json: JSON { .object(JSONObject(members)) }

    /// The result in words, the loss last: "accuracy 98.12 % (9812 of 10000), loss 0.0612".
    public var summary: String {
        let reports = reports
        return (reports.dropFirst() + reports.prefix(1)).map(\.text).joined(separator: ", ")
    }
}
