import Collectives
import Glibc

extension Doctor {
    func mpi() -> Finding {
        let library = MPICommunicator.libraryVersion
        guard let launcher = output(of: ["mpirun", "--version"]) else {
            return .error(
                "MPI", "there is no mpirun, and this program uses \(library.prefix { $0 != "," })",
                advice:
                    "install openmpi-bin, or put its mpirun into $PATH; without it, one process still trains")
        }
        return Self.mpi(library: library, launcher: launcher)
    }

    /// - Parameters:
    ///   - library: "Open MPI v4.1.4, package: …".
    ///   - launcher: "mpirun (Open MPI) 4.1.4\n…".
    static func mpi(library: String, launcher: String) -> Finding {
        let line = launcher.split(separator: "\n").first.map(String.init) ?? ""
        let name = String(library.prefix { $0 != "," })
        guard line.contains("Open MPI") || line.contains("OpenRTE") else {
            return .error(
                "MPI", "mpirun is '\(line)', but this program uses \(name)",
                advice: "put Open MPI's mpirun first into $PATH")
        }
        let (own, other) = (version(in: name), version(in: line))
        guard let own, own == other else {
            return .error(
                "MPI", "mpirun is of version \(other ?? "'\(line)'"), but this program uses \(name)",
                advice: "put the mpirun of the same installation first into $PATH")
        }
        return .ok("MPI", "\(name), and an mpirun of the same version")
    }

    /// The first "4.1.4" of a text.
    private static func version(in text: String) -> String? {
        text.split { !($0.isNumber || $0 == ".") }.first { $0.contains(".") && $0.first?.isNumber == true }
            .map(String.init)
    }

    func remoteShell() -> Finding {
        let agent = HostProbe.agent(environment)[0]
        guard output(of: [agent, "-V"]) != nil || access(agent, X_OK) == 0 else {
            return .warning(
                "remote shell", "there is no \(agent)",
                advice: "install openssh-client to train on several hosts")
        }
        return .ok("remote shell", agent)
    }

    func network() -> Finding {
        Self.network(interfaces: addresses())
    }

    static func network(interfaces: [(name: String, address: String)]) -> Finding {
        let outer = interfaces.filter { $0.name != "lo" }
        let text = outer.map { "\($0.name) \($0.address)" }.joined(separator: ", ")
        // Bridges of containers look like networks that hosts share, but every host has its own.
        let inner = outer.filter {
            $0.name.hasPrefix("docker") || $0.name.hasPrefix("virbr") || $0.name.hasPrefix("br-")
        }
        if outer.isEmpty {
            return .warning(
                "network", "no interface but lo", advice: "several hosts need a network; one host does not")
        }
        if outer.count > 1 {
            return .warning(
                "network", text,
                advice: "name the one that all hosts share, such as launch --network "
                    + (outer.first { one in !inner.contains { $0.name == one.name } }?.name ?? "eth0"))
        }
        return .ok("network", text)
    }

    /// IPv4 addresses of interfaces that are up.
    private func addresses() -> [(name: String, address: String)] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        var found: [(String, String)] = []
        var next = first
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard let address = entry.ifa_addr, address.pointee.sa_family == UInt16(AF_INET),
                entry.ifa_flags & UInt32(IFF_UP) != 0
            else { continue }
            var text = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { ip in
                var number = ip.pointee.sin_addr
                _ = inet_ntop(AF_INET, &number, &text, socklen_t(text.count))
            }
            let digits = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            found.append((String(cString: entry.ifa_name), String(decoding: digits, as: UTF8.self)))
        }
        return found
    }

    /// What a program prints that ends with 0 within ten seconds; nil otherwise.
    func output(of words: [String]) -> String? {
        let (source, sink) = ChildProcess.makePipe()
        defer { close(source) }
        let process = ChildProcess(
            words, environment: environment, output: sink, error: sink, deathSignal: SIGKILL)
        close(sink)
        guard let process else { return nil }
        var text = ""
        let end = clock.monotonicSeconds() + 10
        while clock.monotonicSeconds() < end {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let result = process.poll()
            let count = read(source, &bytes, bytes.count)
            if count > 0 { text += String(decoding: bytes.prefix(count), as: UTF8.self) }
            if let result { return result == .exited(0) ? text : nil }
            usleep(10_000)
        }
        process.send(SIGKILL)
        var status: Int32 = 0
        waitpid(process.id, &status, 0)
        return nil
    }
}
