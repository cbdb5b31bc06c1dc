import Determinism
import Testing

@Suite struct RandomTests {
    /// The known-answer vectors published with Random123 (`kat_vectors`, philox4x32 of 10 rounds).
    @Test(
        arguments: [
            (0, [0, 0, 0, 0], [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]),
            (
                .max, [.max, .max, .max, .max], [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]
            ),
            (
                0x299F_31D0_A409_3822, [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344],
                [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
            ),
        ] as [(UInt64, SIMD4<UInt32>, SIMD4<UInt32>)])
    func philoxGivesTheKnownAnswers(key: UInt64, counter: SIMD4<UInt32>, answer: SIMD4<UInt32>) {
        #expect(Philox(key: key).block(counter) == answer)
    }

    private func words(_ count: Int, _ stream: RandomStream) -> [UInt32] {
        var stream = stream
        return (0..<count).map { _ in stream.nextWord() }
    }

    @Test func streamIsAPureFunctionOfSeedNameAndIndex() {
        let stream = RandomStream(seed: 1, name: "a", index: 2)
        let others = [
            RandomStream(seed: 2, name: "a", index: 2), RandomStream(seed: 1, name: "b", index: 2),
            RandomStream(seed: 1, name: "a", index: 3), RandomStream(seed: 1 << 32, name: "a", index: 2),
            RandomStream(seed: 1, name: "", index: 2), RandomStream(seed: 1, name: "a"),
        ]
        let all = ([stream] + others).map { words(9, $0) }
        #expect(words(9, RandomStream(seed: 1, name: "a", index: 2)) == all[0])
        #expect(Set(all).count == all.count)
        #expect(Set(all.joined()).count == 9 * all.count)
    }

    /// Numbers of one stream, drawn one word at a time, are the blocks of successive counters.
    @Test func streamCountsThroughPhilox() {
        let hash: (UInt32, UInt32) = (0x8601_EC8C, 0xAF63_DC4C)  // FNV-1a of "a", low and high
        let blocks = (0..<3).map { Philox(key: 5).block(SIMD4(UInt32($0), 7, hash.0, hash.1)) }
        let expected = blocks.flatMap { block in (0..<4).map { block[$0] } }
        #expect(words(12, RandomStream(seed: 5, name: "a", index: 7)) == expected)
    }

    @Test func unitsAreUniform() {
        var stream = RandomStream(seed: 3, name: "units")
        let units = (0..<100_000).map { _ in Double(stream.nextUnit()) }
        let mean = units.reduce(0, +) / 100_000
        let variance = units.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
        #expect(units.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(mean - 0.5) < 0.004 && abs(variance - 1.0 / 12) < 0.001)  // four standard deviations
        #expect(units.min()! < 1e-4 && units.max()! > 1 - 1e-4)
    }

    @Test(arguments: [1, 2, 3, 10, 1000, 0x8000_0001, .max] as [UInt32])
    func integersAreUniformBelowTheBound(bound: UInt32) {
        var stream = RandomStream(seed: 4, name: "integers")
        let draws = 20_000
        var thirds = [0, 0, 0]
        for _ in 0..<draws {
            let value = stream.nextInteger(below: bound)
            #expect(value < bound)
            thirds[Int(UInt64(value) * 3 / UInt64(bound))] += 1
        }
        for third in 0..<3 {
            // Values v with ⌊3v / bound⌋ = third.
            let limits = [third, third + 1].map { (UInt64(bound) * UInt64($0) + 2) / 3 }
            let share = Double(limits[1] - limits[0]) / Double(bound)
            let deviation = (Double(draws) * share * (1 - share)).squareRoot()
            #expect(abs(Double(thirds[third]) - Double(draws) * share) <= 5 * deviation)
        }
    }

    @Test func everyFaceOfADieComesUpEquallyOften() {
        var stream = RandomStream(seed: 6, name: "die")
        var counts = [Int](repeating: 0, count: 6)
        for _ in 0..<60_000 { counts[Int(stream.nextInteger(below: 6))] += 1 }
        let chiSquare = counts.reduce(0.0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 }
        #expect(chiSquare < 20.5)  // five degrees of freedom: exceeded once in a thousand
    }

    @Test func refusesABoundOfZero() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var stream = RandomStream(seed: 1, name: "")
            _ = stream.nextInteger(below: 0)
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("no integer is below 0"))
    }
}
