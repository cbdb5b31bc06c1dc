import Collectives

/// Does one thing at a time on a thread of its own, beside the thread that asks for it. Where the system lets no thread
/// start, the one that asks does it.
public final class Background {
    private let desk = Desk()
    private var thread: SystemThread?

    public init() {
        thread = try? SystemThread("checkpoints", stackBytes: 2 << 20) { [desk] in desk.work() }
    }

    deinit { stop() }

    /// Whether there is a thread.
    public var isBeside: Bool { thread != nil }

    /// Begins with a thing, once the one before is done; without a thread it is done on return.
    public func begin(_ thing: @escaping @Sendable () -> Void) {
        if thread == nil { return thing() }
        desk.wait()
        desk.put(thing)
    }

    /// Waits until nothing is under way.
    public func wait() {
        if thread != nil { desk.wait() }
    }

    /// Lets the thread end, once nothing is under way, and waits for that.
    public func stop() {
        guard let thread else { return }
        desk.close()
        thread.join()
        self.thread = nil
    }
}

/// Where the thread finds what there is to do.
///
/// `@unchecked Sendable`: the state is used in `monitor` only.
private final class Desk: @unchecked Sendable {
    private let monitor = Monitor()
    private var thing: (@Sendable () -> Void)?
    private var isBusy = false
    private var isClosed = false

    func put(_ thing: @escaping @Sendable () -> Void) {
        change { (self.thing, isBusy) = (thing, true) }
    }

    func close() { change { isClosed = true } }

    func wait() {
        monitor.locked { while isBusy { monitor.wait() } }
    }

    /// What the thread does: all that is put here, until the end.
    func work() {
        while let thing = next() {
            thing()
            change { isBusy = false }
        }
    }

    private func next() -> (@Sendable () -> Void)? {
        monitor.locked {
            while thing == nil && !isClosed { monitor.wait() }
            defer { thing = nil }
            return thing
        }
    }

    private func change(_ body: () -> Void) {
        monitor.locked {
            body()
            monitor.tellAll()
        }
    }
}
