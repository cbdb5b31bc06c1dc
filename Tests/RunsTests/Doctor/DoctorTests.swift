import Formats
import Testing

@testable import Runs
@testable import Training

@Suite struct DoctorTests {
    @Test(
        arguments: [
            (
                "Open MPI v4.1.4, package: Debian", "mpirun (Open MPI) 4.1.4\n\nReport bugs to",
                Finding.Level.ok
            ),
            ("Open MPI v4.1.4, package", "mpirun (Open MPI) 4.1.6\n", .error),
            ("Open MPI v5.0.7, package", "mpirun (Open MPI) 4.1.4\n", .error),
            ("Open MPI v4.1.4, package", "HYDRA build details:\n    Version: 4.1.4\n", .error),
            ("Open MPI v4.1.4", "", .error),
        ])
    func mpirunIsOfTheLibrarysVersion(library: String, launcher: String, level: Finding.Level) {
        let finding = Doctor.mpi(library: library, launcher: launcher)
        #expect(finding.level == level, "\(finding.line)")
        #expect((finding.advice == nil) == (level == .ok))
    }

    @Test func severalNetworksAreToldAndOneIsNamed() {
        #expect(Doctor.network(interfaces: [("lo", "127.0.0.1")]).level == .warning)
        #expect(Doctor.network(interfaces: [("lo", "127.0.0.1"), ("eth0", "10.0.0.4")]).level == .ok)
        let several = Doctor.network(interfaces: [("docker0", "172.17.0.1"), ("ib0", "10.1.0.4")])
        #expect(
            several.level == .warning && several.advice?.hasSuffix("--network ib0") == true, "\(several.line)"
        )
    }

    @Test func fileSystemsAreKnownByTheirMounts() {
        let mounts = """
            36 35 98:0 / / rw,relatime - ext4 /dev/vda rw
            40 36 0:33 / /shared rw master:1 - nfs4 server:/x rw
            41 36 0:34 / /shared/fast rw - tmpfs tmpfs rw
            """
        #expect(Doctor.fileSystem(of: "/home/a", mounts: mounts) == "ext4")
        #expect(Doctor.fileSystem(of: "/shared/runs", mounts: mounts) == "nfs4")
        #expect(Doctor.fileSystem(of: "/sharedx", mounts: mounts) == "ext4")
        #expect(Doctor.fileSystem(of: "/shared/fast/a", mounts: mounts) == "tmpfs")
        #expect(Doctor.fileSystem(of: "/", mounts: "") == nil)
    }

    /// On the machine the tests run on, which trains.
    @Test func aMachineThatTrainsHasNoErrors() throws {
        let workshop = try Workshop()
        func findings(data: String) -> [Finding] {
            Doctor(
                workshop.catalog, data: data, runDir: workshop.path("run/a/b"),
                environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]
            ).examine()
        }
        let found = findings(data: workshop.data)
        #expect(found.exitStatus == .done, "\(found.map(\.line))")
        for topic in [
            "processor", "cores", "memory", "limits", "MPI", "OpenBLAS", "network", "disk", "locks", "fsync",
        ] {
            #expect(found.contains { $0.topic == topic }, "\(topic)")
        }
        #expect(found.contains { $0.text.contains("70 + 33 samples") })
        #expect(try Files.list(workshop.folder.path).filter { $0.hasPrefix(".doctor") }.isEmpty)

        let missing = findings(data: workshop.path("nowhere"))
        #expect(missing.exitStatus == .environment)
        #expect(missing.last?.level == .error && missing.last?.advice != nil)
    }
}
