/// Philox 4×32-10: a block of random bits that is a pure function of a key and a counter
/// (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
public struct Philox: Sendable {
    public let key: SIMD2<UInt32>

    public init(key: UInt64) {
        self.key = SIMD2(UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    }

    public func block(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
        var (c, k) = (counter, key)
        for _ in 0..<10 {
            let a = UInt64(c[0]) * 0xD251_1F53
            let b = UInt64(c[2]) * 0xCD9E_8D57
            c = SIMD4(
                UInt32(truncatingIfNeeded: b >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: b),
                UInt32(truncatingIfNeeded: a >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: a))
            k = SIMD2(k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85)
        }
        return c
    }
}

/// A sequence of random numbers that is a pure function of (seed, name, index, step): no rank, clock or address takes
/// part.
public struct RandomStream: RandomNumberGenerator {
    private let philox: Philox
    /// The words of the counter that tell this stream from others: index, and name and step.
    private let place: SIMD3<UInt32>
    private var counter: UInt32 = 0
    private var block = SIMD4<UInt32>.zero
    private var used = 4

    /// - Parameters:
    ///   - name: what the numbers are for, such as a parameter's name.
    ///   - index: which of the streams of that name, such as the epoch or the sample.
    ///   - step: when, for streams that differ from one optimizer step or epoch to the next.
    public init(seed: UInt64, name: String, index: Int = 0, step: Int = 0) {
        // FNV-1a: a fixed hash of the name, where Swift's own differs from run to run.
        let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
        }
        philox = Philox(key: seed)
        place = SIMD3(
            UInt32(index), UInt32(truncatingIfNeeded: hash) ^ UInt32(step),
            UInt32(truncatingIfNeeded: hash >> 32))
    }

    public mutating func nextWord() -> UInt32 {
        if used == 4 {
            block = philox.block(SIMD4(counter, place[0], place[1], place[2]))
            counter += 1
            used = 0
        }
        defer { used += 1 }
        return block[used]
    }

    public mutating func next() -> UInt64 {
        UInt64(nextWord()) | UInt64(nextWord()) << 32
    }

    /// A number in 0 ..< 1 with 24 random bits.
    public mutating func nextUnit() -> Float {
        Float(nextWord() >> 8) * 0x1p-24
    }

    /// An integer in 0 ..< bound, every one equally likely (Lemire 2019).
    public mutating func nextInteger(below bound: UInt32) -> UInt32 {
        precondition(bound > 0, "no integer is below 0")
        let threshold = (0 &- bound) % bound
        while true {
            let product = UInt64(nextWord()) * UInt64(bound)
            if UInt32(truncatingIfNeeded: product) >= threshold { return UInt32(product >> 32) }
        }
    }
}
