// swift-tools-version: 6.0
import PackageDescription

// Kernels are loops over raw buffers: debug builds of them are a hundred times slower, so they are always optimised.
// Without errno a square root is one instruction.
let optimized = [
    "-Ounchecked", "-disable-batch-mode", "-wmo", "-num-threads", "1", "-Xcc", "-fno-math-errno",
]

// On x86-64 they need AVX2 and FMA (the `trainer` checks the CPU before it calls one).
// The same sources are compiled a second time for AVX-512, which the engine chooses at run time: the same bits, faster.
#if arch(x86_64)
    let kernelFlags = optimized + ["-Xcc", "-march=x86-64-v3"]
    let wideKernels: [Target] = [
        .target(
            name: "KernelsAVX512", dependencies: ["COpenBLAS", "Kernels"],
            swiftSettings: [
                .define("AVX512"), .unsafeFlags(optimized + ["-Xcc", "-march=x86-64-v4"]),
            ])
    ]
#else
    let kernelFlags = optimized
    let wideKernels: [Target] = []
#endif

let package = Package(
    name: "Lockstep",
    products: [.executable(name: "trainer", targets: ["trainer"])],
    targets: [
        // Matrix products.
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        // Messages between worker processes.
        .systemLibrary(
            name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev", "openmpi-bin"])]),
        // Inflating .gz and .npz files.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // Pictures.
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        // SHA-256 of replicas, checkpoints and data.
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        // Asking the machine what it can do and how much memory is in use; fetching memory ahead.
        .systemLibrary(name: "CCPU"),

        .target(
            name: "Kernels", dependencies: ["COpenBLAS"], swiftSettings: [.unsafeFlags(kernelFlags)]),
        .target(
            name: "TensorEngine",
            dependencies: ["Kernels", "CCPU"] + wideKernels.map { .byName(name: $0.name) }),
        .target(name: "Formats", dependencies: ["CZlib", "CCrypto", "CPNG"]),
        .target(name: "Collectives", dependencies: ["CMPI", "Kernels"]),
        .target(name: "Datasets", dependencies: ["Formats", "Kernels", "TensorEngine", "CCPU"]),
        .target(name: "NN", dependencies: ["TensorEngine"]),
        .target(name: "Optim", dependencies: ["Kernels"]),
        .target(
            name: "Training", dependencies: ["NN", "Optim", "Datasets", "Collectives", "Formats"]),
        .target(name: "Reports", dependencies: ["Formats"]),
        .executableTarget(name: "trainer", dependencies: ["Training", "Reports"]),

        // What the tests of several rooms share: damaged inputs, small archives, temporary folders, tolerances.
        .target(name: "TestSupport", dependencies: ["CZlib"], path: "Tests/TestSupport"),
        // What every communicator must do: run by CollectivesTests, and under mpirun by mpi-contract.
        .target(
            name: "CommunicatorContract", dependencies: ["Collectives", "Kernels", "TestSupport"],
            path: "Tests/CommunicatorContract"),
        .executableTarget(
            name: "mpi-contract", dependencies: ["CommunicatorContract"], path: "Tests/mpi-contract"),
        .testTarget(
            name: "CollectivesTests", dependencies: ["Collectives", "CommunicatorContract", "Kernels"]),
        .testTarget(
            name: "KernelsTests",
            dependencies: ["Kernels", "CCPU", "TestSupport"] + wideKernels.map { .byName(name: $0.name) }),
        .testTarget(name: "TensorEngineTests", dependencies: ["TensorEngine", "Formats", "TestSupport"]),
        .testTarget(name: "NNTests", dependencies: ["NN", "Formats", "TestSupport"]),
        .testTarget(name: "OptimTests", dependencies: ["Optim", "Formats", "TestSupport"]),
        .testTarget(name: "FormatsTests", dependencies: ["Formats", "TestSupport"]),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Formats", "TestSupport"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: ["Training", "Collectives", "Formats", "Kernels", "TestSupport"]),
        .testTarget(name: "ReportsTests", dependencies: ["Reports", "Formats", "TestSupport"]),
        .testTarget(name: "TrainerTests", dependencies: ["trainer"], path: "Tests/trainerTests"),
    ] + wideKernels,
    swiftLanguageModes: [.v6]
)
