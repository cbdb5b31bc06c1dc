import Testing

@testable import Runs
@testable import Training

@Suite struct NearestMatchTests {
    @Test(arguments: [
        ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1),
        ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
    func distance(a: String, b: String, expected: Int) {
        #expect(editDistance(a, b) == expected)
        #expect(editDistance(b, a) == expected)
    }

    @Test(arguments: [
        ("--ephocs", "--epochs"), ("--epoch", "--epochs"), ("--hidden", "--hidden-size"),
        ("--globalbatch", "--global-batch"), ("--bogus", nil), ("-", nil),
    ])
    func suggestions(word: String, expected: String?) {
        let flags = Configuration.settings.map(\.flag)
        #expect(nearestMatch(to: word, among: flags) == expected)
    }

    @Test func exitStatusesAreThoseOfTheContract() {
        #expect(
            Training.ExitStatus.allCases.map(\.rawValue) == [0, 1, 64, 65, 66, 70, 71, 73, 74, 75, 76, 78])
        #expect(Training.ExitStatus(of: UsageError("x")) == .usage)
        #expect(Training.ExitStatus(of: CancellationError()) == .internalError)
    }
}
