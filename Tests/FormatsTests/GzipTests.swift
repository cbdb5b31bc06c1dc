import TestSupport
import Testing

@testable import Formats

@Suite struct GzipTests {
    let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }

    @Test func inflatesOneMember() throws {
        #expect(try Gzip.inflate(gzipped(content), path: "f") == content)
        #expect(try Gzip.inflate(gzipped([]), path: "f") == [])
    }

    @Test func inflatesSeveralMembersAndPadding() throws {
        let members = gzipped(content) + gzipped([1, 2]) + gzipped([]) + [0, 0, 0]
        #expect(try Gzip.inflate(members, path: "f") == content + [1, 2])
    }

    @Test func growsPastAnUntruthfulSize() {
        var bytes = gzipped(content)
        bytes.replaceSubrange((bytes.count - 4)..., with: [1, 0, 0, 0])
        expectMalformed("gzip data is damaged near byte \(bytes.count): incorrect length check") {
            try Gzip.inflate(bytes, path: "f")
        }
    }

    @Test func refusesADamagedChecksum() {
        var bytes = gzipped(content)
        bytes[bytes.count - 8] ^= 1
        expectMalformed("gzip data is damaged near byte \(bytes.count - 4): incorrect data check") {
            try Gzip.inflate(bytes, path: "f")
        }
    }

    @Test(arguments: [5, 12, 200])
    func refusesACutFile(count: Int) {
        expectMalformed("gzip data is cut short: it ends after \(count) bytes") {
            try Gzip.inflate(Array(gzipped(content).prefix(count)), path: "f")
        }
    }

    @Test func refusesSomethingElseAfterTheData() {
        expectMalformed("expected the end or another member, found something else") {
            try Gzip.inflate(gzipped(content) + [1, 2, 3], path: "f")
        }
    }

    @Test func refusesMoreThanTheLimit() {
        expectMalformed("inflates to more than 1000 bytes") {
            try Gzip.inflate(gzipped(content), path: "f", limit: 1000)
        }
    }

    @Test func mutationsThrowOrGiveSomething() {
        let bytes = gzipped(Array(content.prefix(3000))) + gzipped([1, 2, 3])
        for damaged in Mutations(of: bytes, count: 5000) {
            expectFileErrorOrValue { _ = try Gzip.inflate(damaged, path: "f", limit: 1 << 20) }
        }
    }
}
