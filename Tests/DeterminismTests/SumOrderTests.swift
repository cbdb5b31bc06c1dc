import Determinism
import Testing

/// The order of sums over samples of several shards.
@Suite struct SumOrderTests {
    static let counts = [
        [1], [0], [0, 0], [4, 0, 3], [16, 16], [12, 13, 12, 13, 12, 13], [300, 20, 257, 1],
        [0, 128, 129, 127, 0],
        [64, 65, 63], [5, 0, 0, 1, 0, 3, 1],
    ]
    static let steps = [1, 2, 3, 10, 28, 128, 200]

    /// A term: which step of which sample.
    private struct Term: Hashable {
        let step, sample: Int
    }

    /// In the order in which a piece has them.
    private func terms(_ piece: SumOrder.Piece) -> [Term] {
        piece.steps.flatMap { step in piece.samples.map { Term(step: step, sample: $0) } }
    }

    /// Which pieces are each shard's: those before the merge that its own sum waits for.
    private func pieces(of order: SumOrder) -> [[SumOrder.Piece]] {
        var rest = order.pieces[...]
        return order.shards.map { samples in
            // A shard without samples has one piece without terms.
            var count = samples.isEmpty ? 1 : 0
            var left = order.steps * samples.count
            while left > 0, count < rest.count {
                left -= rest[rest.startIndex + count].terms
                count += 1
            }
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
    }

    @Test func samplesOfShardsStandOneAfterTheOther() {
        let order = SumOrder(counts: [4, 0, 3])
        #expect(order.shards == [0..<4, 4..<4, 4..<7])
        #expect(order.schedule.mergesAfter == [0, 1, 1])
        #expect(order.steps == 1 && order.terms == 7)
        #expect(SumOrder(counts: [4, 0, 3], steps: 5).terms == 35)
    }

    /// The examples of the documentation.
    @Test func whatAShardIsCutInto() {
        let long = SumOrder(counts: [4, 50], steps: 3)
        #expect(
            Array(long.pieces.dropFirst()) == [
                SumOrder.Piece(steps: 0..<2, samples: 4..<54), SumOrder.Piece(steps: 2..<3, samples: 4..<54),
            ])
        #expect(
            SumOrder(counts: [150]).pieces == [
                SumOrder.Piece(steps: 0..<1, samples: 0..<128),
                SumOrder.Piece(steps: 0..<1, samples: 128..<150),
            ])
    }

    /// Each term once, shard after shard, and within a shard step after step, where no chain is too long.
    @Test(arguments: counts, steps)
    func piecesCoverEveryTermOnce(counts: [Int], steps: Int) {
        let order = SumOrder(counts: counts, steps: steps)
        let expected = order.shards.flatMap { samples in
            (0..<steps).flatMap { step in samples.map { Term(step: step, sample: $0) } }
        }
        #expect(order.pieces.flatMap(terms) == expected)
        #expect(order.terms == expected.count)
        #expect(order.pieces.allSatisfy { $0.terms <= SumOrder.longestChain })
        #expect(order.pieces.allSatisfy { $0.terms == $0.steps.count * $0.samples.count })
    }

    /// The order within a shard depends on its own size: wherever it stands, its pieces are the same but for the offset.
    @Test(arguments: counts, steps)
    func aShardsPiecesAreItsOwn(counts: [Int], steps: Int) {
        let order = SumOrder(counts: counts, steps: steps)
        for (pieces, samples) in zip(pieces(of: order), order.shards) {
            let alone = SumOrder(counts: [samples.count], steps: steps)
            let moved = alone.pieces.map {
                SumOrder.Piece(
                    steps: $0.steps,
                    samples: $0.samples.lowerBound + samples.lowerBound..<$0.samples.upperBound
                        + samples.lowerBound)
            }
            #expect(pieces == moved)
            #expect(
                alone.pieceSchedule.mergesAfter == pieces.indices.map { $0 == 0 ? 0 : 1 },
                "a shard's pieces are added one after the other")
        }
    }

    /// Merging as the schedule says gives each shard's pieces added in order, and the shards added over their tree.
    @Test(arguments: counts, steps)
    func piecesAreMergedToShardsAndShardsOverTheTree(counts: [Int], steps: Int) {
        let order = SumOrder(counts: counts, steps: steps)
        var stack: [String] = []
        order.pieceSchedule.run { piece, level in
            #expect(stack.count == level)
            stack.append("\(piece)")
        } merge: { level in
            let right = stack.removeLast()
            #expect(level == stack.count - 1)
            stack[level] = "(\(stack[level])+\(right))"
        }
        var next = 0
        let shards = pieces(of: order).map { pieces in
            let names = pieces.indices.map { "\(next + $0)" }
            next += pieces.count
            return names.dropFirst().reduce(names[0]) { "(\($0)+\($1))" }
        }
        func sum(_ node: Range<Int>) -> String {
            guard node.count > 1 else { return shards[node.lowerBound] }
            let (left, right) = SummationTree.children(of: node)
            return "(\(sum(left))+\(sum(right)))"
        }
        #expect(stack == [sum(0..<shards.count)])
    }

    @Test(arguments: counts)
    func rowsOfSamplesKeepTheirShards(counts: [Int]) throws {
        let order = SumOrder(counts: counts)
        #expect(order.repeated(steps: 3).shards == order.shards)
        #expect(order.repeated(steps: 3).steps == 3)
        #expect(order.repeated(steps: 3).pieces == SumOrder(counts: counts, steps: 3).pieces)
        let scaled = order.scaled(by: 3)
        #expect(scaled.shards.map(\.count) == counts.map { 3 * $0 } && scaled.steps == 1)
        let samples = counts.reduce(0, +)
        #expect(order.fitted(to: samples) === order)
        guard samples > 0 else { return }
        #expect(try #require(order.fitted(to: 3 * samples)).shards == scaled.shards)
        #expect(try #require(scaled.fitted(to: samples)).shards == order.shards)
        if samples > 1 { #expect(order.fitted(to: 2 * samples + 1) == nil) }
        #expect(order.fitted(to: 0) == nil)
    }

    /// Rows of two samples cannot be one shard's.
    @Test func rowsThatMixShardsHaveNoOrder() {
        #expect(SumOrder(counts: [3, 0, 1, 4]).fitted(to: 4) == nil)
        #expect(SumOrder(counts: [2, 0, 4, 2]).fitted(to: 4)?.shards.map(\.count) == [1, 0, 2, 1])
        #expect(SumOrder(counts: [2, 4]).fitted(to: 4) == nil, "no whole number of samples a row")
        #expect(SumOrder(counts: [0, 0]).fitted(to: 2) == nil)
    }

    @Test func refusesShardsOfLessThanNothing() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = SumOrder(counts: [3, -1])
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("a shard of -1 samples"))
    }

    @Test func refusesSumsOverNoSteps() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = SumOrder(counts: [3], steps: 0)
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("sums over 0 time steps"))
    }
}
