/// The part of `count` things that is part `index` of `parts`: ⌊i·n/P⌋ ..< ⌊(i+1)·n/P⌋, possibly empty.
///
/// 10 in 4 parts: `0..<2`, `2..<5`, `5..<7`, `7..<10`.
public func evenPart(_ index: Int, of parts: Int, count: Int) -> Range<Int> {
    index * count / parts..<(index + 1) * count / parts
}

/// The shards that rank `rank` of `size` owns: where these cuts fall decides who computes what, and no bit.
public func ownedShards(_ shards: Int, rank: Int, size: Int) -> Range<Int> {
    evenPart(rank, of: size, count: shards)
}
