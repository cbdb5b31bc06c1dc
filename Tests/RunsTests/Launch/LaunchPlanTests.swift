import Testing

@testable import Runs

@Suite struct LaunchPlanTests {
    private let machine = LaunchMachine(
        cores: 4, physicalCores: 4, isRoot: false, forbidsCopies: false, isAllocation: false)

    private func plan(
        _ change: (inout LaunchSettings) -> Void = { _ in }, hosts: [Host]? = nil, cores: [String: Int] = [:],
        shards: Int? = 8, on machine: LaunchMachine? = nil
    ) -> LaunchPlan {
        var settings = LaunchSettings()
        change(&settings)
        return LaunchPlan(settings, hosts: hosts, cores: cores, shards: shards, on: machine ?? self.machine)
    }

    private func value(_ name: String, in plan: LaunchPlan) -> String? {
        plan.variables.first { $0.name == name }?.value
    }

    @Test func aMachineAloneHasARankForEachCoreAndNoMoreThanShards() {
        #expect(plan().ranks == 4)
        #expect(plan(shards: 3).ranks == 3)
        #expect(plan({ $0.ranks = 9 }).ranks == 9)
        #expect(
            plan().command(["/x/trainer", "train"], exported: []) == [
                "mpirun", "-np", "4", "/x/trainer", "train",
            ])
    }

    @Test func ranksThatShareCoresYieldAndAreNotBound() {
        let (few, many) = (plan({ $0.ranks = 4 }), plan({ $0.ranks = 5 }))
        let (oversubscribed, yields) = ("OMPI_MCA_rmaps_base_oversubscribe", "OMPI_MCA_mpi_yield_when_idle")
        let binding = "OMPI_MCA_hwloc_base_binding_policy"
        #expect(value(oversubscribed, in: few) == nil && value(yields, in: few) == nil)
        #expect(value(binding, in: few) == "core:overload-allowed")
        #expect(value(oversubscribed, in: many) == "1" && value(yields, in: many) == "1")
        #expect(value("PRTE_MCA_rmaps_default_mapping_policy", in: many) == ":oversubscribe")
        #expect(value(binding, in: many) == "none")
        #expect(value(binding, in: plan({ $0.binding = .none })) == "none")
        var threaded = machine
        threaded.physicalCores = 2
        let shared = plan({ $0.ranks = 4 }, on: threaded)
        #expect(value(oversubscribed, in: shared) == "1" && value(yields, in: shared) == nil)
    }

    @Test func hostsThatAnswerShareTheRanks() {
        let hosts = [Host(name: "a", slots: 4), Host(name: "b", slots: 2), Host(name: "c")]
        let all = plan(hosts: hosts, cores: ["a": 4, "b": 4, "c": 3], shards: 64)
        #expect(all.ranks == 9)
        #expect(
            all.command(["t"], exported: ["TRAINER_DATA"])
                == ["mpirun", "-np", "9", "--host", "a:4,b:2,c:3", "-x", "TRAINER_DATA", "t"])
        #expect(plan({ $0.ranks = 5 }, hosts: hosts, cores: ["c": 3]).ranks == 5)
        #expect(plan(hosts: Array(hosts[1...1]), cores: ["b": 4]).ranks == 2)
        #expect(plan(hosts: []).ranks == 0)
        #expect(plan(hosts: hosts, cores: ["a": 4, "b": 4, "c": 3]).ranks == 8)  // as many as shards
        #expect(value("OMPI_MCA_mpi_yield_when_idle", in: plan(hosts: hosts, cores: ["a": 2])) == "1")
    }

    @Test func anAllocationKnowsItsHosts() {
        var machine = machine
        machine.isAllocation = true
        let plan = plan(on: machine)
        #expect(plan.ranks == nil && plan.command(["t"], exported: []) == ["mpirun", "t"])
        #expect(value("OMPI_MCA_hwloc_base_binding_policy", in: plan) == "none")
    }

    @Test func whatTheUserHasSetStays() {
        var machine = machine
        (machine.isRoot, machine.forbidsCopies) = (true, true)
        let plan = plan({ $0.network = "eth0" }, on: machine)
        let given = ["OMPI_MCA_oob_tcp_keepalive_time": "9", "HOME": "/h"]
        let environment = plan.environment(given)
        #expect(environment["OMPI_MCA_oob_tcp_keepalive_time"] == "9" && environment["HOME"] == "/h")
        #expect(environment["OMPI_MCA_oob_tcp_keepalive_intvl"] == "1")
        #expect(environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] == "1")
        #expect(environment["OMPI_MCA_btl_vader_single_copy_mechanism"] == "none")
        #expect(environment["OMPI_MCA_btl_tcp_if_include"] == "eth0")
        let shown = plan.assignments(besides: given)
        #expect(shown.contains("OMPI_MCA_smsc='^cma'"))
        #expect(!shown.contains { $0.hasPrefix("OMPI_MCA_oob_tcp_keepalive_time") })
    }

    @Test(arguments: [
        ("a-b/c.d", "a-b/c.d"), ("a b", "'a b'"), ("", "''"), ("it's", #"'it'\''s'"#), ("ü", "'ü'"),
    ])
    func wordsAreQuotedForAShell(word: String, quoted: String) {
        #expect(shellQuoted(word) == quoted)
    }

    private static func job(
        _ folder: String, resumesFile: Bool = false, maxTime: Int? = nil
    ) -> LaunchJob {
        LaunchJob(
            settings: LaunchSettings(), folder: RunFolder(path: folder), shards: 8, program: "trainer",
            executable: "/x/trainer", arguments: ["--lr", "1"], resumesFile: resumesFile, maxTime: maxTime,
            isQuiet: false, commandLine: "")
    }

    /// A start after a fault has what the ones before have left.
    @Test(arguments: [(0.4, "60"), (17.9, "43"), (60, "1"), (1000, "1")])
    func theTimeThatIsLeftIsPassedOn(after: Double, left: String) {
        let words = Self.job("/none", maxTime: 60).words(isFirst: false, after: after)
        #expect(words.suffix(2) == ["--max-time", left])
    }

    @Test func laterStartsGoOnFromTheRunFolder() throws {
        func job(_ resumesFile: Bool, _ folder: String) -> LaunchJob {
            Self.job(folder, resumesFile: resumesFile)
        }
        let workshop = try Workshop()
        try workshop.train("run", Settings.quick)
        let auto = ["/x/trainer", "train", "--lr", "1", "--resume", "auto"]
        let other = job(true, workshop.path("other"))
        #expect(job(false, workshop.path("other")).words(isFirst: true, after: 5) == auto)
        #expect(other.words(isFirst: true, after: 5) == ["/x/trainer", "train", "--lr", "1"])
        #expect(other.words(isFirst: false, after: 5) == ["/x/trainer", "train", "--lr", "1"])
        #expect(job(true, workshop.path("run")).words(isFirst: false, after: 5) == auto)
        #expect(job(true, workshop.path("run")).newestStep == 11 && other.newestStep == 0)
    }

    @Test func killsForMemoryAreCounted() {
        func count(_ files: [String: String]) -> Int? { MemoryKills.count { files[$0] } }
        #expect(
            count([
                "/proc/self/cgroup": "0::/job\n", "/sys/fs/cgroup/job/memory.events": "oom 4\noom_kill 3\n",
            ]) == 3)
        #expect(
            count([
                "/proc/self/cgroup": "4:memory:/a\n",
                "/sys/fs/cgroup/memory/a/memory.oom_control": "under_oom 0\noom_kill 2\n",
            ]) == 2)
        #expect(
            count(["/proc/self/cgroup": "0::/host\n", "/sys/fs/cgroup/memory.events": "oom_kill 1\n"]) == 1)
        #expect(count([:]) == nil)
    }
}
