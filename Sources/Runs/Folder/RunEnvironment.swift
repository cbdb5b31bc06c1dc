import BLAS
import Determinism
import Formats
import Glibc
import Kernels
import Training

/// `env.json`: what a run ran on. Nothing in it takes part in a result.
struct RunEnvironment {
    let job: TrainingJob
    /// The name of the data set, or the folder's whole path.
    let data: String
    /// Of each rank.
    let hosts: [String]
    let commandLine: [String]
    let started: String

    var json: JSON {
        let shards = job.plan.shards
        return [
            "lockstep": .string(lockstepVersion),
            "started": .string(started),
            "command": .array(commandLine.map { .string($0) }),
            "ranks": .array(
                hosts.indices.map { rank in
                    let owned = ownedShards(shards, rank: rank, size: hosts.count)
                    return [
                        "rank": .integer(rank), "host": .string(hosts[rank]),
                        "first_shard": .integer(owned.lowerBound), "shards": .integer(owned.count),
                    ]
                }),
            "threads_per_process": .integer(job.world.description.threadsPerProcess),
            "arithmetic": .integer(arithmeticVersion),
            "reduction": .string(job.plan.reduction.rawValue),
            "bits_depend_on_world_size": .bool(job.plan.reduction == .mpi),
            "products": .string(job.plan.products.rawValue),
            "bits_depend_on_cpu": .bool(job.plan.products == .openblas),
            "resumed_at_step": .integer(job.state.step),
            "data": .string(data),
            "data_sha256": .string(job.data.digest),
            "cpu": .string(CPU.model),
            "cores": .integer(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
            "blas": blas.map { .string($0.description) } ?? .null,
            "blas_threads": .integer(blas?.threads ?? 0),
            "mpi": job.world.description.library.map { .string($0) } ?? .null,
            "kernel": .string(Self.kernel),
        ]
    }

    /// The library whose products the run takes, where they are not our own.
    private var blas: OpenBLAS? { job.plan.products == .own ? nil : OpenBLAS.shared }

    private static var kernel: String {
        var names = utsname()
        uname(&names)
        return withUnsafeBytes(of: &names.release) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
