import Collectives

/// Lets something long that ranks do together end early, on all alike: now and then, each after the same share of its own
/// part, they tell each other whether they were asked to stop. That takes a message each half second, and one in all
/// where the whole takes less.
struct StopAgreement {
    /// Shares of the whole after which there may be a message.
    private static let shares = 256
    private static let secondsBetween = 0.5
    private let runs: Int
    private let world: any Communicator
    private let now: @Sendable () -> Double
    /// The shares after which the last message was, and after which the next one is: the same on all ranks.
    private var last = 0
    private var next = shares / 16
    private var since: Double

    /// - Parameter runs: the pieces of this rank's part.
    init(runs: Int, world: any Communicator, clock: Clock = .system) {
        (self.runs, self.world, now) = (runs, world, clock.monotonicSeconds)
        since = now()
    }

    /// Whether it ends before this rank's piece of that number. Before its last a rank has told all there is to tell: what
    /// comes after, the sum over the ranks, is begun by all or by none.
    mutating func ends(before run: Int, _ isAskedToStop: () -> Bool) throws -> Bool {
        while next < Self.shares && (run >= runs - 1 || run * Self.shares >= next * runs) {
            if try tell(isAskedToStop()) { return true }
        }
        return false
    }

    private mutating func tell(_ isAsked: Bool) throws -> Bool {
        let seconds = now() - since
        let told = try world.allGather([isAsked ? 1 : 0] + withUnsafeBytes(of: seconds) { Array($0) })
        // The longest of all ranks' times, which is none of one rank's own.
        let longest =
            told.map { bytes in
                bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 1, as: Double.self) }
            }.max() ?? 0
        let ahead = Self.secondsBetween / max(longest / Double(next - last), 1e-6)
        (last, next) = (next, next + max(1, Int(min(ahead, Double(Self.shares)))))
        since = now()
        return told.contains { $0[0] != 0 }
    }
}
