import Glibc
import Testing

@testable import Collectives

@Suite struct AvailableCoresTests {
    @Test(
        arguments: [
            // No groups, or none with a limit.
            ([:], nil),
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "max 100000\n"], nil),
            (["/proc/self/cgroup": "1:cpu:/\n", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n"], nil),
            (
                ["/proc/self/cgroup": "nonsense\n4:memory:/a\n", "/sys/fs/cgroup/cpu.max": "100000 100000"],
                nil
            ),
            // Version 2: a part of a core counts as one.
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "150000 100000\n"], 2),
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "1000 100000\n"], 1),
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "300000 100000\n"], 3),
            // The tightest of a group and those it lies in.
            (
                [
                    "/proc/self/cgroup": "0::/pod/box\n", "/sys/fs/cgroup/pod/cpu.max": "400000 100000\n",
                    "/sys/fs/cgroup/pod/box/cpu.max": "max 100000\n",
                ], 4
            ),
            (
                [
                    "/proc/self/cgroup": "0::/pod/box\n", "/sys/fs/cgroup/pod/cpu.max": "400000 100000\n",
                    "/sys/fs/cgroup/pod/box/cpu.max": "200000 100000\n",
                ], 2
            ),
            // A host's path inside a container.
            (["/proc/self/cgroup": "0::/../../host\n", "/sys/fs/cgroup/cpu.max": "200000 100000\n"], 2),
            // Version 1, with its controllers together or alone, and both versions at once.
            (
                [
                    "/proc/self/cgroup": "7:memory:/\n4:cpu,cpuacct:/docker/1\n",
                    "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "250000\n",
                    "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "50000\n",
                ], 5
            ),
            (
                [
                    "/proc/self/cgroup": "4:cpuacct,cpu:/docker/1\n0::/\n",
                    "/sys/fs/cgroup/cpu/docker/1/cpu.cfs_quota_us": "250000\n",
                    "/sys/fs/cgroup/cpu/docker/1/cpu.cfs_period_us": "100000\n",
                    "/sys/fs/cgroup/unified/cpu.max": "200000 100000\n",
                ], 2
            ),
        ] as [([String: String], Int?)])
    func quota(files: [String: String], cores: Int?) {
        #expect(CPUQuota.cores { files[$0] } == cores)
    }

    @Test func affinity() {
        let status = "Name:\ttrainer\nCpus_allowed:\tff,0000000f\nCpus_allowed_list:\t0-3,32-39\n"
        #expect(allowedCores { $0 == "/proc/self/status" ? status : nil } == 12)
        #expect(allowedCores { _ in nil } == nil)
    }

    @Test func aProcessHasAtLeastOneAndNoMoreThanTheMachine() {
        #expect((1...Int(sysconf(Int32(_SC_NPROCESSORS_CONF)))).contains(availableCores()))
    }
}
