import CProcess
import Glibc
import Limits

/// A program that this process started, in a session of its own.
struct ChildProcess {
    let id: pid_t

    /// How a process ended.
    enum End: Equatable, Sendable {
        case exited(Int32)
        case signaled(Int32)

        /// Whether it was killed.
        var isDeath: Bool { if case .signaled = self { true } else { false } }

        /// "exit status 3", "signal 9 (Killed)".
        var text: String {
            switch self {
            case .exited(let status): "exit status \(status)"
            case .signaled(let number): "signal \(number) (\(String(cString: strsignal(number))))"
            }
        }
    }

    /// Starts a program, which is looked for as a shell would.
    ///
    /// - Parameters:
    ///   - output: the descriptor that becomes its standard output; `error` likewise. Its input is empty.
    ///   - deathSignal: what it gets should this process die before it.
    /// - Returns: nil, with `errno` set, where there is no such program.
    init?(
        _ words: [String], environment: [String: String], output: Int32, error: Int32, deathSignal: Int32
    ) {
        let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(input) }
        let variables = environment.map { "\($0)=\($1)" }
        id = withCStrings(words) { words in
            withCStrings(variables) { lockstep_spawn(words, $0, [input, output, error], deathSignal) }
        }
        guard id > 0 else {
            errno = -id
            return nil
        }
    }

    /// The reading end of a new pipe, which never waits, and the writing one; -1 each where none can be had.
    static func makePipe() -> (source: Int32, sink: Int32) {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        return (ends[0], ends[1])
    }

    /// How it ended, where it has.
    func poll() -> End? {
        var status: Int32 = 0
        return waitpid(id, &status, WNOHANG) == id ? End(status: status) : nil
    }

    func send(_ signal: Int32) { kill(id, signal) }
}

extension ChildProcess.End {
    /// From what `wait` tells.
    init(status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .exited(status >> 8 & 0xff) : .signaled(signal)
    }
}

/// Lends texts as C has them, with a null at the end.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return (copies + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
}

/// The processes that descend from this one.
enum Descendants {
    static var all: [pid_t] {
        var children: [pid_t: [pid_t]] = [:]
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            guard let id = pid_t(name), let parent = parent(of: id) else { continue }
            children[parent, default: []].append(id)
        }
        var found: [pid_t] = []
        var next = children[getpid()] ?? []
        while let id = next.popLast() {
            found.append(id)
            next += children[id] ?? []
        }
        return found
    }

    /// From "12 (a name) S 3 …".
    private static func parent(of id: pid_t) -> pid_t? {
        guard let text = textOfSmallFile("/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else {
            return nil
        }
        let words = text[text.index(after: end)...].split(separator: " ")
        return words.count > 1 ? pid_t(words[1]) : nil
    }

    /// Waits until all are gone: who is still there is asked to stop, and killed after `grace` seconds.
    static func end(grace: Double, now: () -> Double) {
        let start = now()
        var isAsked = false
        while true {
            var status: Int32 = 0
            while waitpid(-1, &status, WNOHANG) > 0 {}
            let left = all
            if left.isEmpty || now() - start > grace + 10 { return }
            let isOver = now() - start > grace
            if isOver || !isAsked && now() - start > 0.2 {
                for id in left { kill(id, isOver ? SIGKILL : SIGTERM) }
                isAsked = true
            }
            usleep(50_000)
        }
    }
}
