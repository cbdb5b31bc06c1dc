import Glibc

/// A lock, and a condition that whoever has it waits for.
///
/// `@unchecked Sendable`: the system's lock and condition are made for any thread.
public final class Monitor: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    public init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Lets nobody else in meanwhile.
    public func locked<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Leaves the others in until one of them tells of a change; for whoever is in.
    public func wait() { pthread_cond_wait(changed, mutex) }

    /// Tells all who wait of a change.
    public func tellAll() { pthread_cond_broadcast(changed) }
}
