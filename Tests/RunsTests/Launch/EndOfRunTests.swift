import Testing

@testable import Runs

@Suite struct EndOfRunTests {
    @Test func ranksHaveTheirTimeToEnd() {
        var end = EndOfRun(longest: 20)
        #expect(!end.isOverdue(at: 100) { false } && !end.isOverdue(at: 900) { false })
        #expect(!end.isOverdue(at: 1000) { true } && !end.isOverdue(at: 1019) { true })
        #expect(end.isOverdue(at: 1021) { true })
    }

    /// The folder may be on a slow network: it is looked at once a second.
    @Test func theFolderIsLeftInPeace() {
        var (end, looks) = (EndOfRun(longest: 20), 0)
        for tenth in 0..<1000 {
            _ = end.isOverdue(at: Double(tenth) / 10) {
                looks += 1
                return false
            }
        }
        #expect(99...101 ~= looks)
    }
}
