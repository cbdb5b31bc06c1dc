import Collectives
import Glibc

/// Asks hosts for the number of their cores, all at once, in the way mpirun reaches them: who does not answer is gone.
final class HostProbe {
    private struct Question {
        let host: Host
        let process: ChildProcess?
        var pipe: Int32
        var answer = ""
        var end: ChildProcess.End?
    }

    private var questions: [Question] = []
    private var here: [String: Int] = [:]
    private let deadline: Double
    private let now: () -> Double

    /// Seconds that a host has for its answer.
    static let patience = 12.0

    init(_ hosts: [Host], environment: [String: String], now: @escaping () -> Double) {
        self.now = now
        deadline = now() + Self.patience
        let agent = Self.agent(environment)
        for host in hosts {
            if Self.isHere(host.name) {
                here[host.name] = availableCores()
                continue
            }
            let (source, writer) = ChildProcess.makePipe()
            let sink = open("/dev/null", O_WRONLY | O_CLOEXEC)
            let process = ChildProcess(
                agent + [host.name, "nproc"], environment: environment, output: writer, error: sink,
                deathSignal: SIGKILL)
            close(writer)
            close(sink)
            questions.append(Question(host: host, process: process, pipe: source))
        }
    }

    /// The command that runs another on a host, mpirun's own: "ssh : rsh" names several.
    static func agent(_ environment: [String: String]) -> [String] {
        func words(_ names: [String]) -> [String]? {
            names.lazy.compactMap { environment[$0] }.first?.split(separator: " ").map(String.init)
        }
        let named = words(["PRTE_MCA_plm_ssh_agent", "OMPI_MCA_plm_rsh_agent", "OMPI_MCA_plm_ssh_agent"])
        let command = named.map { Array($0.prefix { $0 != ":" }) } ?? []
        let arguments =
            words(["PRTE_MCA_plm_ssh_args", "OMPI_MCA_plm_rsh_args", "OMPI_MCA_plm_ssh_args"]) ?? []
        let isSSH = command.isEmpty || command[0] == "ssh"
        return (command.isEmpty ? ["ssh"] : command)
            + (isSSH ? ["-o", "BatchMode=yes", "-o", "ConnectTimeout=8"] : []) + arguments
    }

    static func isHere(_ name: String) -> Bool {
        var names = utsname()
        uname(&names)
        let own = withUnsafeBytes(of: &names.nodename) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        return ["localhost", "127.0.0.1", own].contains(name)
    }

    /// The cores of each host that answered, once all have or their time is over.
    func poll() -> [String: Int]? {
        for index in questions.indices where questions[index].end == nil {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(questions[index].pipe, &bytes, bytes.count)
            if count > 0 { questions[index].answer += String(decoding: bytes.prefix(count), as: UTF8.self) }
            questions[index].end = questions[index].process?.poll() ?? questions[index].end
            if questions[index].process == nil { questions[index].end = .exited(127) }
            if questions[index].end != nil {
                let rest = read(questions[index].pipe, &bytes, bytes.count)
                if rest > 0 { questions[index].answer += String(decoding: bytes.prefix(rest), as: UTF8.self) }
            }
        }
        guard questions.allSatisfy({ $0.end != nil }) || now() > deadline else { return nil }
        cancel()
        var cores = here
        for question in questions where question.end == .exited(0) {
            // Whatever a login prints before it, the number stands on the last line.
            let line = question.answer.split(whereSeparator: \.isNewline).last?.filter { $0 != " " }
            cores[question.host.name] = max(1, line.flatMap { Int($0) } ?? 1)
        }
        return cores
    }

    /// Ends the questions that are still open.
    func cancel() {
        for index in questions.indices {
            if let process = questions[index].process, questions[index].end == nil {
                process.send(SIGKILL)
                var status: Int32 = 0
                waitpid(process.id, &status, 0)
                questions[index].end = .signaled(SIGKILL)
            }
            if questions[index].pipe >= 0 { close(questions[index].pipe) }
            questions[index].pipe = -1
        }
    }
}
