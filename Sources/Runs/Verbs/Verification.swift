import Formats
import Training

/// What `verify` found in a run's folder.
public struct Verification: Equatable, Sendable {
    /// Something that was looked at.
    public struct Finding: Equatable, Sendable {
        public let subject: String
        public let words: String
        public let isSound: Bool
    }

    /// A stretch of the run that was computed again.
    public struct Stretch: Equatable, Sendable {
        public let from, to, ranks: Int
        public let recorded, computed: String
    }

    public internal(set) var findings: [Finding] = []
    /// Nil where there is none to compute.
    public internal(set) var stretch: Stretch?

    public var isSound: Bool { findings.allSatisfy(\.isSound) }

    mutating func note(_ subject: String, _ words: String, isSound: Bool = true) {
        findings.append(Finding(subject: subject, words: words, isSound: isSound))
    }

    mutating func note(_ stretch: Stretch) {
        self.stretch = stretch
        let isSound = stretch.recorded == stretch.computed
        note(
            "recomputed",
            "steps \(stretch.from) to \(stretch.to) on \(stretch.ranks) ranks: \(stretch.computed.prefix(12))…, "
                + (isSound ? "as recorded" : "but \(stretch.recorded.prefix(12))… was recorded"),
            isSound: isSound)
    }

    /// One line for each finding, the broken ones marked.
    public var text: String {
        let width = findings.map(\.subject.count).max() ?? 0
        return findings.map { finding in
            let padding = String(repeating: " ", count: width - finding.subject.count)
            return "\(finding.isSound ? "ok     " : "BROKEN ") \(finding.subject)\(padding)  \(finding.words)"
        }.joined(separator: "\n")
    }

    public var json: JSON {
        let findings = findings.map { finding -> JSON in
            [
                "subject": .string(finding.subject), "sound": .bool(finding.isSound),
                "message": .string(finding.words),
            ]
        }
        let stretch: JSON =
            stretch.map {
                [
                    "from": .integer($0.from), "to": .integer($0.to), "ranks": .integer($0.ranks),
                    "recorded_sha256": .string($0.recorded), "computed_sha256": .string($0.computed),
                ]
            } ?? .null
        return .object(
            JSONObject([
                ("sound", .bool(isSound)), ("findings", .array(findings)), ("recomputed", stretch),
            ]))
    }
}

/// Something in a run's folder is not what its training made.
public struct VerificationFailure: StatusError, CustomStringConvertible {
    let folder: String

    public init(folder: String) { self.folder = folder }

    public var exitStatus: ExitStatus { .integrity }

    public var description: String {
        "\(folder): not what its training made: see what is marked as broken; go on from what is sound with --resume auto"
    }
}
