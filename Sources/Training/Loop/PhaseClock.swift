import Collectives

/// Where the time of training steps goes.
public enum StepPhase: String, CaseIterable, Sendable {
    /// Batch assembly.
    case input
    case forward, backward
    /// Adding gradients: the rank's own shards, then the exchange, waiting included.
    case reduction
    case update
}

/// A stopwatch that books the time since the last call on a phase, and shows that the rank moves: one clock reading each.
public final class PhaseClock {
    private let now, threadNow: @Sendable () -> Double
    private let heartbeat: Heartbeat
    private var last = 0.0
    public private(set) var seconds = [Double](repeating: 0, count: StepPhase.allCases.count)

    init(_ clock: Clock = .system, heartbeat: Heartbeat = .unwatched) {
        (now, threadNow, self.heartbeat) = (clock.monotonicSeconds, clock.threadSeconds, heartbeat)
    }

    /// Seconds for which this rank's thread had a core, in all; of these in what a step waits for when a checkpoint is saved,
    /// and in comparing replicas.
    public var threadSeconds: Double { threadNow() }
    public private(set) var threadSecondsOfSaving = 0.0
    public private(set) var threadSecondsOfVerifying = 0.0
    /// How long steps have taken, in all.
    public var secondsOfSteps: Double { seconds.reduce(0, +) }

    /// Saves a checkpoint, as far as the next step waits for that.
    ///
    /// - Returns: for how long.
    func saving(_ body: () throws -> Void) rethrows -> Double {
        let (start, threadStart) = (now(), threadNow())
        defer { threadSecondsOfSaving += threadNow() - threadStart }
        try body()
        return now() - start
    }

    /// Compares replicas.
    func verifying(_ body: () throws -> Void) rethrows {
        let start = threadNow()
        defer { threadSecondsOfVerifying += threadNow() - start }
        try body()
    }

    /// Starts at zero.
    public func reset() {
        for index in seconds.indices { seconds[index] = 0 }
    }

    /// Books nothing on the time since the last call.
    func begin() { last = now() }

    func book(_ phase: StepPhase) {
        heartbeat.beat()
        let time = now()
        seconds[phase.index] += time - last
        last = time
    }

    /// Whether so many seconds have passed since the last call.
    func hasPassed(_ interval: Double) -> Bool { now() - last >= interval }

    public subscript(_ phase: StepPhase) -> Double { seconds[phase.index] }
}

extension StepPhase {
    public var index: Int {
        switch self {
        case .input: 0
        case .forward: 1
        case .backward: 2
        case .reduction: 3
        case .update: 4
        }
    }
}
