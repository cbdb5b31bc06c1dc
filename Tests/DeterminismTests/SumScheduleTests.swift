import Determinism
import Testing

@Suite struct SumScheduleTests {
    private static let six = SummationTree(leaves: 6).schedule(of: (0..<6).map { $0..<$0 + 1 })

    /// The example of the documentation.
    @Test func sixLeaves() {
        let schedule = Self.six
        #expect(schedule.mergesAfter == [0, 1, 0, 2, 0, 2])
        #expect(schedule.levels == [0, 1, 1, 2, 1, 2])
        #expect(schedule.depth == 3 && schedule.sumsLeft == 1)
        #expect(
            schedule.additionsInPlace.map { [$0.left, $0.right] } == [
                [0, 1], [2, 3], [0, 2], [4, 5], [0, 4],
            ])
    }

    @Test func runGoesThroughAllAdditions() {
        var done: [String] = []
        var stack: [String] = []
        Self.six.run { part, level in
            #expect(stack.count == level)
            stack.append("\(part)")
        } merge: { level in
            let right = stack.removeLast()
            #expect(level == stack.count - 1)
            stack[level] += right
            done.append(stack[level])
        }
        #expect(done == ["01", "23", "0123", "45", "012345"])
    }

    /// Merging after each part as often as the schedule says leaves one sum for each of the largest nodes.
    @Test(arguments: 1...33)
    func aRangeIsMergedIntoItsNodes(leaves: Int) {
        let tree = SummationTree(leaves: leaves)
        for lower in 0...leaves {
            for upper in lower...leaves {
                let nodes = tree.nodes(inside: lower..<upper)
                for limit in [1, 3, 4] {
                    let parts = tree.nodes(inside: lower..<upper, ofAtMost: limit)
                    let schedule = tree.schedule(of: parts)
                    #expect(parts.allSatisfy { $0.count <= limit } && schedule.levels.count == parts.count)
                    var stack: [Range<Int>] = []
                    var deepest = 0
                    schedule.run { part, level in
                        #expect(stack.count == level)
                        stack.append(parts[part])
                        deepest = max(deepest, stack.count)
                    } merge: { level in
                        let right = stack.removeLast()
                        stack[level] = stack[level].lowerBound..<right.upperBound
                    }
                    #expect(stack == nodes)
                    #expect(schedule.depth == deepest && schedule.sumsLeft == nodes.count)

                    var sums = parts
                    for (left, right) in schedule.additionsInPlace {
                        #expect(sums[left].upperBound == sums[right].lowerBound)
                        sums[left] = sums[left].lowerBound..<sums[right].upperBound
                    }
                    #expect(sums.first == nodes.first)
                }
            }
        }
    }

    @Test func refusesPartsThatAreNoNodes() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = SummationTree(leaves: 6).schedule(of: [0..<3, 3..<6])
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("has no children") || message.contains("are not the nodes"))
    }
}
