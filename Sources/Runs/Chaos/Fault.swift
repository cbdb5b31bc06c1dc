import Collectives
import Formats
import Training

/// A fault on purpose, for tests of what survives it: `kill:rank=2,step=50`.
public struct Fault: Equatable, Sendable, CustomStringConvertible {
    public enum Kind: String, CaseIterable, Sendable {
        /// The rank's process gets SIGKILL.
        case kill
        /// The rank does nothing any more.
        case hang
        /// The rank takes longer for every step.
        case slow
        /// A bit of the rank's parameters changes.
        case bitflip

        /// What says when, or how much.
        var key: String { self == .slow ? "ms" : "step" }
    }

    public let kind: Kind
    public let rank: Int
    /// The step after which it happens; of `slow`, milliseconds.
    public let amount: Int

    public var description: String { "\(kind.rawValue):rank=\(rank),\(kind.key)=\(amount)" }
}

extension Fault {
    /// Reads what stands after `--chaos`: faults with a `;` between them.
    ///
    /// - Throws: `UsageError` that says what is expected and what was found.
    static func parse(_ text: String) throws(UsageError) -> [Fault] {
        var faults: [Fault] = []
        for part in text.split(separator: ";", omittingEmptySubsequences: false) {
            faults.append(try Fault(String(part.drop { $0 == " " })))
        }
        return faults
    }

    private init(_ text: String) throws(UsageError) {
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let names = Kind.allCases.map(\.rawValue)
        guard let kind = Kind(rawValue: halves[0]) else {
            throw UsageError(
                "--chaos: expected one of \(names.joined(separator: ", ")) before ':', found '\(halves[0])'"
                    + suggestion(for: halves[0], among: names), hint: Self.hint)
        }
        var values: [String: Int] = [:]
        for pair in halves.dropFirst().joined().split(separator: ",", omittingEmptySubsequences: false) {
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            guard words.count == 2, ["rank", kind.key].contains(words[0]), values[words[0]] == nil,
                let value = Int(words[1]), value >= (words[0] == "rank" ? 0 : 1), value <= 1_000_000_000
            else {
                throw UsageError(
                    "--chaos: expected rank=R,\(kind.key)=N after '\(kind.rawValue):', found '\(pair)'",
                    hint: Self.hint)
            }
            values[words[0]] = value
        }
        guard let rank = values["rank"], let amount = values[kind.key] else {
            throw UsageError(
                "--chaos: '\(text)' needs both rank=R and \(kind.key)=N", hint: Self.hint)
        }
        self.init(kind: kind, rank: rank, amount: amount)
    }

    private static let hint = "Try 'train --help-chaos' for more information."
}

extension Configuration {
    /// The faults that `--chaos` asks for.
    var faults: [Fault] {
        get throws(UsageError) { try chaos.map(Fault.parse) ?? [] }
    }

    /// A rank's recorder, which lets these faults happen where there are any.
    func addingFaults(
        to recorder: any RunRecorder, in world: any Communicator, warn: (String) -> Void
    ) throws(UsageError) -> any RunRecorder {
        let faults = try faults
        if faults.isEmpty { return recorder }
        for fault in faults where world.rank == 0 && fault.rank >= world.size {
            warn("--chaos: no rank \(fault.rank) among \(world.size), so '\(fault)' does not happen")
        }
        return FaultyRecorder(recorder, faults, folder: profile.folder, rank: world.rank)
    }
}
