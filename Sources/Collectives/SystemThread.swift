import Glibc

/// A thread of the system, with a name by which `top -H` and debuggers show it.
public struct SystemThread: @unchecked Sendable {
    /// Why the system lets none start, in its words.
    public struct StartFailure: Error, Equatable {
        public let reason: String
    }

    private let thread: pthread_t

    /// Starts it; it is to be joined or detached, once.
    ///
    /// - Parameters:
    ///   - name: at most 15 characters.
    ///   - stackBytes: its room for nested calls.
    public init(
        _ name: String, stackBytes: Int, _ body: @escaping @Sendable () -> Void
    ) throws(StartFailure) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, stackBytes)
        defer { pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(name, body))
        let status = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, work.toOpaque())
        guard status == 0 else {
            work.release()
            throw StartFailure(reason: String(cString: strerror(status)).lowercased())
        }
        self.thread = thread
    }

    /// Waits for its end.
    public func join() { pthread_join(thread, nil) }

    /// Nobody will wait for its end.
    public func detach() { pthread_detach(thread) }
}

private final class Work: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) { (self.name, self.body) = (name, body) }

    func run() {
        tellName()
        body()
    }

    /// As the kernel keeps it; where it cannot be told, the thread has none of its own.
    private func tellName() {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        _ = name.utf8CString.withUnsafeBytes { write(file, $0.baseAddress, $0.count - 1) }
    }
}
