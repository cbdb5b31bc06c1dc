/// The most terms of one chain of additions in a matrix product: a longer one is cut into pieces of so many, so that a panel of
/// its right factor stays in the processor's first-level cache. Part of every result's bits.
@inlinable public var longestProductChain: Int { 256 }
