// Both builds of the kernels share this type.
#if !AVX512

    /// The one binary tree over which shards are added, whoever computes them.
    ///
    /// Its leaves are the shards in order; a node of n > 1 leaves splits after the largest power of two below n. A node
    /// is written as the range of its leaves; its own shape depends on their number alone.
    public struct SummationTree: Sendable {
        public let leaves: Int

        public init(leaves: Int) {
            precondition(leaves >= 1, "a summation tree needs a leaf")
            self.leaves = leaves
        }

        /// The two halves of a node of at least two leaves.
        public static func children(of node: Range<Int>) -> (left: Range<Int>, right: Range<Int>) {
            var size = 1
            while size * 2 < node.count { size *= 2 }
            let middle = node.lowerBound + size
            return (node.lowerBound..<middle, middle..<node.upperBound)
        }

        /// The largest nodes that lie inside `range`, in order: what a rank with these shards can add alone.
        ///
        /// - Parameter limit: the most leaves of a node.
        public func nodes(inside range: Range<Int>, ofAtMost limit: Int = .max) -> [Range<Int>] {
            func collect(_ node: Range<Int>) -> [Range<Int>] {
                let common = node.clamped(to: range)
                if common == node && node.count <= limit { return [node] }
                if common.isEmpty { return [] }
                let (left, right) = Self.children(of: node)
                return collect(left) + collect(right)
            }
            return collect(0..<leaves)
        }

        /// After each of `nodes(inside: range, ofAtMost: limit)`: how many larger nodes inside `range` end with it, and
        /// can be added then.
        public func sumsEnding(inside range: Range<Int>, ofAtMost limit: Int = 1) -> [Int] {
            let parts = nodes(inside: range, ofAtMost: limit)
            var ending: [Int: Int] = [:]  // by the end of the node
            func visit(_ node: Range<Int>) {
                guard node.count > limit else { return }
                ending[node.upperBound, default: 0] += 1
                let (left, right) = Self.children(of: node)
                visit(left)
                visit(right)
            }
            nodes(inside: range).forEach(visit)
            return parts.map { ending[$0.upperBound, default: 0] }
        }

        /// The most sums that stand unfinished at once when parts are added as `sumsEnding` says.
        public static func depth(ofSumsEnding sumsEnding: [Int]) -> Int {
            var (depth, deepest) = (0, 0)
            for ending in sumsEnding {
                deepest = max(deepest, depth + 1)
                depth += 1 - ending
            }
            return deepest
        }

        /// The sum over all leaves, from the sums of nodes that make them up in order.
        ///
        /// - Parameters:
        ///   - base: the sums, `width` floats each; they are overwritten.
        /// - Returns: where the sum stands.
        public func sum(of known: [Range<Int>], at base: Floats, width: Int) -> Floats {
            var next = 0
            func sum(_ node: Range<Int>) -> Floats {
                if known[next] == node {
                    next += 1
                    return base + (next - 1) * width
                }
                let (left, right) = Self.children(of: node)
                let (leftSum, rightSum) = (sum(left), sum(right))
                add(width, leftSum, rightSum, into: leftSum)
                return leftSum
            }
            return sum(0..<leaves)
        }
    }

#endif
