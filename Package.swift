// swift-tools-version: 6.2
import PackageDescription

#if !arch(x86_64)
    #error("Lockstep needs an x86-64 processor: its kernels are written for AVX2 and AVX-512.")
#endif

// Kernels are loops over raw buffers: debug builds of them are a hundred times slower, so they are always optimised.
// -Ounchecked assumes preconditions instead of checking them: nothing that must be checked lives there. Without errno a
// square root is one instruction.
func kernelSettings(march: String) -> SwiftSetting {
    .unsafeFlags([
        "-Ounchecked", "-disable-batch-mode", "-wmo", "-num-threads", "1", "-Xcc", "-fno-math-errno",
        "-Xcc", "-march=\(march)",
    ])
}

let package = Package(
    name: "Lockstep",
    products: [
        .executable(name: "trainer", targets: ["trainer"]),
        // Everything for programs of their own, in one import.
        .library(name: "Lockstep", targets: ["Lockstep"]),
    ],
    targets: [
        // Messages between worker processes.
        .systemLibrary(
            name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev", "openmpi-bin"])]),
        // Inflating .gz and .npz files.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // Pictures.
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        // SHA-256 of replicas, checkpoints and data.
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        // Asking the processor what it can do, and how much memory is in use; fetching memory ahead.
        .systemLibrary(name: "CCPU"),
        // Starting programs.
        .systemLibrary(name: "CProcess"),

        // What the host leaves a process, how large memory is taken, and how a process ends that cannot go on.
        .target(name: "Limits"),
        // What fixes the order of additions and all randomness: pure, and with preconditions checked.
        .target(name: "Determinism"),
        // What kernels take, and the protocol that lists them all.
        .target(name: "KernelTypes", dependencies: ["Determinism"]),
        // The kernels for AVX2 and FMA, which every supported CPU has; then the same sources (a link) for AVX-512. The
        // same bits.
        .target(
            name: "KernelsAVX2", dependencies: ["KernelTypes", "Determinism", "CCPU"],
            swiftSettings: [kernelSettings(march: "x86-64-v3")]),
        .target(
            name: "KernelsAVX512", dependencies: ["KernelTypes", "Determinism", "CCPU"],
            swiftSettings: [.define("AVX512"), kernelSettings(march: "x86-64-v4")]),
        // Chooses between the two, once, by what the CPU has.
        .target(
            name: "Kernels", dependencies: ["KernelTypes", "KernelsAVX2", "KernelsAVX512", "CCPU"]),
        // OpenBLAS's matrix products: ours are measured against them, and `--products openblas` takes them.
        .target(name: "BLAS"),
        .target(name: "TensorEngine", dependencies: ["Kernels", "Determinism", "BLAS", "Limits", "CCPU"]),
        .target(name: "Formats", dependencies: ["Limits", "CZlib", "CCrypto", "CPNG"]),
        .target(name: "Collectives", dependencies: ["CMPI", "Kernels", "Limits", "Determinism"]),
        // What a sample is: its shape, where it comes from, the order in which samples are visited. Pure.
        .target(name: "Samples", dependencies: ["Determinism"]),
        .target(name: "Datasets", dependencies: ["Samples", "Formats", "Kernels", "Determinism", "CCPU"]),
        .target(name: "NN", dependencies: ["Samples", "TensorEngine", "Limits", "Determinism"]),
        .target(name: "Optim", dependencies: ["Kernels", "Determinism"]),
        .target(
            name: "Training",
            dependencies: [
                "NN", "Optim", "Samples", "Datasets", "Collectives", "Formats", "TensorEngine", "Kernels",
                "Limits", "Determinism",
            ]),
        .target(
            name: "Runs",
            dependencies: [
                "Training", "NN", "Optim", "Samples", "Datasets", "Collectives", "Formats", "TensorEngine",
                "Kernels", "Limits", "Determinism", "BLAS", "CProcess",
            ]),
        .target(name: "Reports", dependencies: ["Formats"]),
        .target(
            name: "Commands",
            dependencies: [
                "Runs", "Training", "Reports", "NN", "Datasets", "Collectives", "Formats", "TensorEngine",
                "Kernels", "Determinism", "BLAS",
            ]),
        .target(
            name: "Lockstep",
            dependencies: [
                "Commands", "Runs", "Training", "NN", "Optim", "Datasets", "Samples", "Collectives",
                "Formats",
                "TensorEngine", "Determinism",
            ]),
        .executableTarget(name: "trainer", dependencies: ["Commands", "Runs"]),

        // What the tests of several rooms share: damaged inputs, small archives, temporary folders, tolerances.
        .target(
            name: "TestSupport", dependencies: ["Limits", "CZlib"], path: "Tests/TestSupport",
            swiftSettings: [.unsafeFlags(["-O"])]),
        // What every communicator must do: run by CollectivesTests, and under mpirun by mpi-contract.
        .target(
            name: "CommunicatorContract",
            dependencies: ["Collectives", "Determinism", "Kernels", "TestSupport"],
            path: "Tests/CommunicatorContract"),
        .executableTarget(
            name: "mpi-contract",
            dependencies: ["CommunicatorContract", "Collectives", "Runs", "TensorEngine"],
            path: "Tests/mpi-contract"),
        // Damages every kind of file that the program reads: scripts/fuzz.
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Runs", "Training", "Datasets", "Samples", "Collectives", "Formats", "Limits", "TestSupport",
            ],
            path: "Tests/fuzz"),
        .testTarget(name: "LimitsTests", dependencies: ["Limits"]),
        .testTarget(name: "DeterminismTests", dependencies: ["Determinism"]),
        // Optimised, for every sum that is checked is also taken the plain way, over many random numbers.
        .testTarget(
            name: "KernelsTests",
            dependencies: ["Kernels", "KernelsAVX2", "KernelsAVX512", "Determinism", "TestSupport"],
            swiftSettings: [.unsafeFlags(["-O"])]),
        .testTarget(name: "BLASTests", dependencies: ["BLAS", "TestSupport"]),
        .testTarget(
            name: "CollectivesTests", dependencies: ["Collectives", "CommunicatorContract", "Determinism"]),
        .testTarget(
            name: "TensorEngineTests",
            dependencies: ["TensorEngine", "Limits", "Determinism", "Formats", "TestSupport"]),
        .testTarget(name: "SamplesTests", dependencies: ["Samples"]),
        .testTarget(
            name: "NNTests",
            dependencies: ["NN", "Samples", "TensorEngine", "Determinism", "Formats", "TestSupport"]),
        .testTarget(
            name: "OptimTests",
            dependencies: ["Optim", "Runs", "Formats", "Kernels", "Determinism", "TestSupport"]),
        .testTarget(name: "FormatsTests", dependencies: ["Formats", "TestSupport"]),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Samples", "Formats", "TestSupport"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Training", "NN", "Optim", "Samples", "TensorEngine", "Collectives", "Limits", "Determinism",
                "Formats", "Kernels", "TestSupport",
            ]),
        .testTarget(
            name: "RunsTests",
            dependencies: [
                "Runs", "Training", "NN", "Optim", "Samples", "Datasets", "TensorEngine", "Collectives",
                "Formats", "Determinism", "BLAS", "TestSupport",
            ]),
        .testTarget(name: "ReportsTests", dependencies: ["Reports", "Formats", "TestSupport"]),
        .testTarget(name: "CommandsTests", dependencies: ["Commands", "Runs", "Training", "Formats"]),
    ],
    swiftLanguageModes: [.v6]
)
