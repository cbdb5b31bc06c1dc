/// One start of mpirun: ranks, hosts, and what makes Open MPI (4.1 and 5.0) behave.
struct LaunchPlan: Equatable, Sendable {
    /// Nil where mpirun knows it from a batch system.
    let ranks: Int?
    /// Hosts with the ranks they take; empty for this machine.
    let hosts: [Host]
    /// Variables that mpirun gets besides those that are set.
    let variables: [Variable]

    struct Variable: Equatable, Sendable {
        let name, value: String
    }

    /// - Parameters:
    ///   - hosts: those of the hostfile that answered, with their slots; nil where there is no hostfile.
    ///   - cores: of each of these hosts.
    ///   - shards: of the run, where they are known.
    init(
        _ settings: LaunchSettings, hosts: [Host]?, cores: [String: Int] = [:], shards: Int?,
        on machine: LaunchMachine
    ) {
        let known = hosts?.map { Host(name: $0.name, slots: $0.slots ?? cores[$0.name] ?? 1) } ?? []
        let slots = known.reduce(0) { $0 + ($1.slots ?? 0) }
        let most = settings.ranks ?? shards ?? Int.max
        if hosts != nil {
            ranks = min(most, slots)
        } else if machine.isAllocation {
            ranks = settings.ranks
        } else {
            ranks = settings.ranks ?? min(machine.cores, most)
        }
        self.hosts = known
        let here = hosts == nil && !machine.isAllocation ? ranks ?? 0 : 0
        let isCrowded =
            here > machine.cores || known.contains { ($0.slots ?? 0) > (cores[$0.name] ?? Int.max) }
        variables = Self.variables(
            settings, isCrowded: isCrowded, exceedsSlots: here > machine.physicalCores, on: machine)
    }

    private static func variables(
        _ settings: LaunchSettings, isCrowded: Bool, exceedsSlots: Bool, on machine: LaunchMachine
    ) -> [Variable] {
        var all: [Variable] = []
        func set(_ names: String..., to value: String) {
            all += names.map { Variable(name: $0, value: value) }
        }
        if machine.isRoot { set("OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", to: "1") }
        if exceedsSlots {
            set("OMPI_MCA_rmaps_base_oversubscribe", to: "1")
            set("PRTE_MCA_rmaps_default_mapping_policy", to: ":oversubscribe")
        }
        if isCrowded { set("OMPI_MCA_mpi_yield_when_idle", to: "1") }
        // Ranks that share cores must be free to move; in an allocation the batch system binds.
        let isFree = settings.binding == .auto ? isCrowded || machine.isAllocation : settings.binding == .none
        set(
            "OMPI_MCA_hwloc_base_binding_policy", "PRTE_MCA_hwloc_default_binding_policy",
            to: isFree ? "none" : "core:overload-allowed")
        if machine.forbidsCopies {
            set("OMPI_MCA_btl_vader_single_copy_mechanism", to: "none")
            set("OMPI_MCA_smsc", to: "^cma")
        }
        if let network = settings.network {
            set(
                "OMPI_MCA_btl_tcp_if_include", "OMPI_MCA_oob_tcp_if_include", "PRTE_MCA_oob_tcp_if_include",
                to: network)
        }
        // A silent host is noticed in about 5 seconds; the defaults (300, 20, 9) would let the job hang for minutes.
        for (name, value) in [("time", "2"), ("intvl", "1"), ("probes", "3")] {
            set("OMPI_MCA_oob_tcp_keepalive_\(name)", "PRTE_MCA_oob_tcp_keepalive_\(name)", to: value)
        }
        return all
    }

    /// mpirun's command line.
    ///
    /// - Parameters:
    ///   - program: its path, the same on every host, and its arguments.
    ///   - exported: variables that ranks on other hosts need.
    func command(_ program: [String], exported: [String]) -> [String] {
        var words = ["mpirun"]
        if let ranks { words += ["-np", "\(ranks)"] }
        if !hosts.isEmpty {
            words += ["--host", hosts.map { "\($0.name):\($0.slots ?? 1)" }.joined(separator: ",")]
        }
        return words + exported.flatMap { ["-x", $0] } + program
    }

    /// The environment with its variables, but for those that the user has set.
    func environment(_ given: [String: String]) -> [String: String] {
        given.merging(variables.map { ($0.name, $0.value) }) { own, _ in own }
    }

    /// What a shell needs in front of the command line: `NAME=value`.
    func assignments(besides given: [String: String]) -> [String] {
        variables.filter { given[$0.name] == nil }.map { "\($0.name)=\(shellQuoted($0.value))" }
    }

    /// "4 ranks", "3 ranks on a:2, b:1".
    var text: String {
        let count = ranks.map { $0 == 1 ? "1 rank" : "\($0) ranks" } ?? "one rank per slot"
        return hosts.isEmpty
            ? count : count + " on " + hosts.map { "\($0.name):\($0.slots ?? 1)" }.joined(separator: ", ")
    }
}
