/// Leaves added element by element over the tree that splits after the largest power of two below their number.
public func treeSum(_ leaves: ArraySlice<[Float]>) -> [Float] {
    guard leaves.count > 1 else { return leaves.first ?? [] }
    let left = 1 << (Int.bitWidth - 1 - (leaves.count - 1).leadingZeroBitCount)
    return zip(treeSum(leaves.prefix(left)), treeSum(leaves.dropFirst(left))).map { $0 + $1 }
}
