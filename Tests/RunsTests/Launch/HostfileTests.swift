import Formats
import Glibc
import Testing

@testable import Runs

@Suite struct HostfileTests {
    @Test func linesAreHostsWithSlots() throws {
        let file = try Hostfile(
            "# the cluster\n\na slots=4\n  b  slots=2 max_slots=8 # new\nc\r\nd max-slots=3\na slots=1\n",
            path: "hosts")
        #expect(
            file.hosts == [
                Host(name: "a", slots: 5), Host(name: "b", slots: 2), Host(name: "c"), Host(name: "d"),
            ])
    }

    @Test(
        arguments: [
            ("a slot=4", "line 1"), ("a\nb slots=0", "line 2"), ("a slots", "line 1"), ("a 4", "line 1"),
            ("slots=4 a", "line 1"), ("", "names no host"), ("# a\n", "names no host"),
            ("a slots=x", "line 1"),
        ])
    func otherLinesAreRefused(text: String, words: String) {
        let error = #expect(throws: FileError.self) { try Hostfile(text, path: "hosts") }
        #expect(error?.kind == .malformed && error?.description.contains(words) == true, "\(text)")
    }
}

@Suite struct HostProbeTests {
    @Test func hostsAreAskedAsMpirunReachesThem() {
        #expect(
            HostProbe.agent([:]) == ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=8"])
        #expect(
            HostProbe.agent(["OMPI_MCA_plm_rsh_agent": "ssh : rsh", "OMPI_MCA_plm_rsh_args": "-p 2222"])
                == ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=8", "-p", "2222"])
        #expect(HostProbe.agent(["PRTE_MCA_plm_ssh_agent": "/a/agent -v"]) == ["/a/agent", "-v"])
        #expect(HostProbe.isHere("localhost") && !HostProbe.isHere("elsewhere.example"))
    }

    /// Who answers counts, even after a greeting; who does not, or cannot be asked, is gone.
    @Test func whoAnswersIsThere() throws {
        let folder = try Workshop().folder
        let agent = try folder.write(
            "agent",
            Array(
                "#!/bin/sh\ncase $1 in a) echo Hi; echo 12;; b) echo 3; exit 1;; c) exec sleep 60;; esac\n"
                    .utf8))
        #expect(chmod(agent, 0o755) == 0)
        let clock = Ticking()
        let probe = HostProbe(
            ["a", "b", "c", "localhost"].map { Host(name: $0) },
            environment: ["OMPI_MCA_plm_rsh_agent": agent, "PATH": "/usr/bin:/bin"], now: clock.now)
        var answer: [String: Int]?
        for _ in 0..<2000 where answer == nil {
            answer = probe.poll()
            usleep(5000)
        }
        let cores = try #require(answer)
        #expect(cores["a"] == 12 && cores["localhost"] != nil && cores.count == 2, "\(cores)")
    }
}

/// A clock that gains a twentieth of a second each time it is read.
private final class Ticking {
    private var seconds = 0.0
    func now() -> Double {
        seconds += 0.05
        return seconds
    }
}
