import Synchronization

/// Shows that a rank moves: a counter, the rank's step and what it does, for the watch of its process.
///
/// The rank alone writes, a few nanoseconds each time, without a lock or memory.
public final class Heartbeat: Sendable {
    /// What a rank does.
    public enum Phase: UInt8, Sendable {
        /// The program's own business, for as long as it likes.
        case program
        /// Waiting until all ranks of the job are there.
        case joining
        /// Settings, data, checkpoint and folder.
        case starting
        case training, evaluating
        /// Writing checkpoints, the model and records.
        case saving
        /// All is done.
        case ending
    }

    /// Of a rank that nobody watches.
    public static let unwatched = Heartbeat()

    private let beats = Atomic(0)
    /// Step, phase and whether the rank waits for others: see `Sighting`.
    private let place = Atomic(0)
    /// Milliseconds.
    private let limit = Atomic(0)

    public init() {}

    /// Tells that the rank moves.
    public func beat() {
        beats.store(beats.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }

    /// How many seconds the rank may show nothing, before its job is ended; 0 for any.
    public func allowSilence(seconds: Double) {
        limit.store(Int(min(seconds, 1e9) * 1000), ordering: .relaxed)
    }

    /// The rank begins to do something else.
    public func enter(_ phase: Phase) { update { $0.phase = phase } }

    /// The rank begins another step.
    public func enter(step: Int) { update { $0.step = step } }

    /// Does something, and then goes on with what was done before.
    public func during<Value>(_ phase: Phase, _ body: () throws -> Value) rethrows -> Value {
        let before = Place(bits: place.load(ordering: .relaxed)).phase
        enter(phase)
        defer { enter(before) }
        return try body()
    }

    /// The rank waits for others from now on.
    func wait() { update { $0.isWaiting = true } }

    /// Waits for other ranks.
    func waiting<Value>(
        _ body: () throws(CommunicatorError) -> Value
    ) throws(CommunicatorError) -> Value {
        wait()
        defer { update { $0.isWaiting = false } }
        return try body()
    }

    private func update(_ change: (inout Place) -> Void) {
        var next = Place(bits: place.load(ordering: .relaxed))
        change(&next)
        place.store(next.bits, ordering: .relaxed)
        beat()
    }

    /// What is to be seen of the rank.
    var sighting: Sighting {
        Sighting(
            beats: beats.load(ordering: .relaxed), place: Place(bits: place.load(ordering: .relaxed)),
            milliseconds: limit.load(ordering: .relaxed))
    }
}

/// Where a rank is in its run.
struct Place: Equatable {
    var step = 0
    var phase = Heartbeat.Phase.program
    var isWaiting = false

    init(step: Int = 0, phase: Heartbeat.Phase = .program, isWaiting: Bool = false) {
        (self.step, self.phase, self.isWaiting) = (step, phase, isWaiting)
    }

    init(bits: Int) {
        step = bits >> 16
        phase = Heartbeat.Phase(rawValue: UInt8(truncatingIfNeeded: bits >> 8)) ?? .program
        isWaiting = bits & 1 != 0
    }

    var bits: Int { step << 16 | Int(phase.rawValue) << 8 | (isWaiting ? 1 : 0) }
}

/// A rank as it is seen at a moment.
struct Sighting: Equatable {
    /// Grows while the rank moves.
    var beats = 0
    var place = Place()
    /// How long the rank may show nothing; 0 for any time.
    var milliseconds = 0
    /// Grows while the rank's process runs: its watch counts.
    var rounds = 0
}
