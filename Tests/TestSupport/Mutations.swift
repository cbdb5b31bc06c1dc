/// SplitMix64 (Steele, Lea and Flood 2014): a generator with a fixed seed, so that a failure can be repeated.
public struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Damaged copies of a valid file: cut short, lengthened, bytes flipped, overwritten, removed or repeated.
public struct Mutations: Sequence, IteratorProtocol {
    private let original: [UInt8]
    private var remaining: Int
    private var random: SplitMix

    public init(of original: [UInt8], count: Int, seed: UInt64 = 7) {
        self.original = original
        self.remaining = count
        self.random = SplitMix(seed: seed)
    }

    public mutating func next() -> [UInt8]? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let interesting: [UInt8] = [0, 1, 0x22, 0x2C, 0x7F, 0x80, 0xFF]
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes[place] = .random(in: 0...255, using: &random)
            case 3: bytes[place] = interesting.randomElement(using: &random)!
            case 4: bytes.remove(at: place)
            case 5: bytes.insert(bytes[place], at: place)
            default:
                for offset in place..<Swift.min(place + 8, bytes.count) { bytes[offset] = 0xFF }
            }
        }
        return bytes
    }
}
