import Glibc

/// Does one thing at a time on a thread of its own, beside the thread that asks for it. Where the system lets no thread
/// start, the one that asks does it.
public final class Background {
    private let desk = Desk()
    private var thread: pthread_t?

    public init() {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 2 << 20)
        defer { pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let own = Unmanaged.passRetained(desk)
        let status = pthread_create(
            &thread, &attributes,
            { context in
                if let context { Unmanaged<Desk>.fromOpaque(context).takeRetainedValue().work() }
                return nil
            }, own.toOpaque())
        if status == 0 {
            self.thread = thread
        } else {
            own.release()
        }
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
        pthread_join(thread, nil)
        self.thread = nil
    }
}

/// Where the thread finds what there is to do.
///
/// `@unchecked Sendable`: the state is used under `mutex` only.
private final class Desk: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var thing: (@Sendable () -> Void)?
    private var isBusy = false
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    func put(_ thing: @escaping @Sendable () -> Void) {
        change { (self.thing, isBusy) = (thing, true) }
    }

    func close() { change { isClosed = true } }

    func wait() {
        pthread_mutex_lock(mutex)
        while isBusy { pthread_cond_wait(changed, mutex) }
        pthread_mutex_unlock(mutex)
    }

    /// What the thread does: all that is put here, until the end.
    func work() {
        while let thing = next() {
            thing()
            change { isBusy = false }
        }
    }

    private func next() -> (@Sendable () -> Void)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while thing == nil && !isClosed { pthread_cond_wait(changed, mutex) }
        defer { thing = nil }
        return thing
    }

    private func change(_ body: () -> Void) {
        pthread_mutex_lock(mutex)
        body()
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }
}
