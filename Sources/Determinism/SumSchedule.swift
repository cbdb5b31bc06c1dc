/// The order of all additions over a `SummationTree`, for whoever adds: parts are shards, or nodes of several.
///
/// Each part's sum is pushed on a stack of partial sums; then the two topmost are merged, left plus right, as often as
/// `mergesAfter` says. Six leaves, `mergesAfter` = [0, 1, 0, 2, 0, 2]:
///
///     part      0    1       2          3                4               5
///     pushed    0    0 1     01 2       01 2 3           0123 4          0123 4 5
///     merged         01                 01 23, 0123                      0123 45, 012345
///     level     0    1       1          2                1               2
///
/// So a part's sum goes to the level of the stack in the last row, and the stack is three deep.
public struct SumSchedule: Sendable {
    /// After each part: how many times the two topmost partial sums are merged.
    public let mergesAfter: [Int]
    /// For each part: how many partial sums stand below its own when it is pushed.
    public let levels: [Int]
    /// The most partial sums that stand at once.
    public let depth: Int
    /// How many are left after the last part: 1 where the parts make up one node.
    public let sumsLeft: Int

    public init(mergesAfter: [Int]) {
        self.mergesAfter = mergesAfter
        var top = 0
        levels = mergesAfter.map { merges in
            precondition((0...top).contains(merges), "\(merges) merges of \(top + 1) partial sums")
            defer { top += 1 - merges }
            return top
        }
        depth = (levels.max() ?? -1) + 1
        sumsLeft = top
    }

    /// The levels that are merged after a part, in order: each receives the sum of itself and of the level above.
    @inlinable
    public func merges(after part: Int) -> ReversedCollection<Range<Int>> {
        (levels[part] - mergesAfter[part]..<levels[part]).reversed()
    }

    /// Goes through all additions.
    ///
    /// - Parameters:
    ///   - push: puts the part's sum on the level.
    ///   - merge: adds the level above to the level.
    @inlinable @inline(__always)
    public func run(push: (_ part: Int, _ level: Int) -> Void, merge: (_ level: Int) -> Void) {
        for part in mergesAfter.indices {
            push(part, levels[part])
            for level in merges(after: part) { merge(level) }
        }
    }

    /// The same additions where every part's sum stands in a place of its own: part `right` is added to part `left`,
    /// in this order. The first part then holds the sum of the first node.
    public var additionsInPlace: [(left: Int, right: Int)] {
        var additions: [(left: Int, right: Int)] = []
        var firstParts = [Int](repeating: 0, count: depth)  // of each partial sum
        run { part, level in
            firstParts[level] = part
        } merge: { level in
            additions.append((firstParts[level], firstParts[level + 1]))
        }
        return additions
    }
}
