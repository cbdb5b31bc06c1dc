/// What is asked of the program.
struct Options {
    var seed: UInt64 = 1
    var count = 100_000
    var seconds: Double?
    var findings = "fuzz-findings"
    var only: String?
    /// Where cases are laid out; a folder in memory is fastest.
    var folder = "/dev/shm"
    /// A worker's: the case to begin with.
    var first: Int?

    var caseFolder: String { "\(folder)/case" }
    var soundFolder: String { "\(folder)/sound" }
    var ledger: String { "\(folder)/ledger" }

    static let usage = """
        Usage: fuzz [--count N] [--seconds S] [--seed N] [--only SUBJECT] [--findings FOLDER]

        Damages files of every kind that the program reads, and hands them to it: --count of them (100000), or as many
        as it manages in --seconds. An input that crashes it, takes longer than 5 seconds, or ends with another status than
        0, 64, 65, 66 and 71 is a finding, and is kept in --findings (fuzz-findings). A case depends on --seed (1) and its
        number alone. Exit status: 0 without findings, else 1; 64 usage.

        """

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Failure("\(name) needs a value") }
            switch name {
            case "--seed": seed = try Self.number(name, value)
            case "--count": count = try Self.number(name, value)
            case "--seconds": seconds = try Self.number(name, value)
            case "--first": first = try Self.number(name, value)
            case "--findings": findings = value
            case "--only": only = value
            case "--folder": folder = value
            default: throw Failure("unknown option '\(name)'")
            }
        }
    }

    private static func number<Value: LosslessStringConvertible>(
        _ name: String, _ text: String
    ) throws -> Value {
        guard let value = Value(text) else { throw Failure("\(name): expected a number, found '\(text)'") }
        return value
    }

    /// The arguments of a worker that begins with a case.
    func worker(from first: Int, seconds: Double?) -> [String] {
        ["--seed", "\(seed)", "--count", "\(count)", "--folder", folder, "--first", "\(first)"]
            + (seconds.map { ["--seconds", "\($0)"] } ?? []) + (only.map { ["--only", $0] } ?? [])
    }
}
