import Testing

@testable import Limits

@Suite struct AvailableMemoryTests {
    private static let files = [
        "/proc/self/status": "Name:\ttrainer\nVmSize:\t  2000 kB\nVmData:\t  500 kB\n",
        "/proc/meminfo": "MemTotal: 9000 kB\nMemAvailable:    4000 kB\nSwapFree:  1000 kB\n",
    ]

    private func memory(
        addressSpace: Int? = nil, data: Int? = nil, _ more: [String: String] = [:]
    ) -> AvailableMemory {
        let files = Self.files.merging(more) { $1 }
        return AvailableMemory(addressSpace: addressSpace, data: data) { files[$0] }
    }

    @Test func withoutLimitsItIsWhatIsFree() {
        let memory = memory()
        #expect(memory.process == nil)
        #expect(memory.host == .init(bytes: 5000 * 1024, name: "free memory"))
    }

    @Test func ofAProcesssLimitsTheTighterCounts() {
        #expect(memory(addressSpace: 2400 * 1024).process == .init(bytes: 400 * 1024, name: "ulimit -v"))
        #expect(
            memory(addressSpace: 2400 * 1024, data: 700 * 1024).process
                == .init(bytes: 200 * 1024, name: "ulimit -d"))
        // A limit may be set below what a process has.
        #expect(memory(addressSpace: 1000 * 1024).process?.bytes == 0)
    }

    @Test(
        arguments: [
            // Version 2: files that are cached give way; the tightest of a group and those it lies in.
            (
                [
                    "/proc/self/cgroup": "0::/box\n", "/sys/fs/cgroup/memory.max": "max\n",
                    "/sys/fs/cgroup/box/memory.max": "3000000\n",
                    "/sys/fs/cgroup/box/memory.current": "2000000\n",
                    "/sys/fs/cgroup/box/memory.stat": "anon 5\ninactive_file 300000\nactive_file 200000\n",
                ], 1_500_000
            ),
            (
                [
                    "/proc/self/cgroup": "0::/pod/box\n", "/sys/fs/cgroup/pod/memory.max": "1000\n",
                    "/sys/fs/cgroup/pod/memory.current": "400\n",
                    "/sys/fs/cgroup/pod/box/memory.max": "3000000\n",
                    "/sys/fs/cgroup/pod/box/memory.current": "0\n",
                ], 600
            ),
            // Version 1.
            (
                [
                    "/proc/self/cgroup": "4:cpu:/x\n7:memory:/docker/1\n",
                    "/sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes": "4000000\n",
                    "/sys/fs/cgroup/memory/docker/1/memory.usage_in_bytes": "1000000\n",
                    "/sys/fs/cgroup/memory/docker/1/memory.stat":
                        "inactive_file 7\ntotal_inactive_file 100000\n",
                ], 3_100_000
            ),
        ] as [([String: String], Int)])
    func controlGroups(files: [String: String], bytes: Int) {
        #expect(memory(files).host == .init(bytes: bytes, name: "the control group's limit"))
    }

    @Test func aGroupWithoutALimitLimitsNothing() {
        let files = [
            "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "max\n",
            "/sys/fs/cgroup/memory.current": "400\n",
        ]
        #expect(memory(files).host?.name == "free memory")
    }

    /// This machine's own.
    @Test func thisHostSays() throws {
        #expect(try #require(AvailableMemory.now().host).bytes > 0)
    }
}
