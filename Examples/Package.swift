// swift-tools-version: 6.2
import PackageDescription

// Programs that use Lockstep from outside, built and run by scripts/test-examples. From a package of your own, write
//     .package(url: "https://…/lockstep", branch: "main")
// or `revision:` instead of the path; versions are refused, since the kernels are compiled with flags of their own.
let lockstep = Target.Dependency.product(name: "Lockstep", package: "lockstep")

let package = Package(
    name: "Examples",
    dependencies: [.package(name: "lockstep", path: "..")],
    targets: [
        // README's program: a network and a data set with a whole command line.
        .executableTarget(name: "spirals", dependencies: [lockstep]),
        // A residual network on colour pictures, trained by `Fit`.
        .executableTarget(name: "colours", dependencies: [lockstep]),
        // An op of one's own, with its backward.
        .executableTarget(name: "own-op", dependencies: [lockstep]),
        // Numbers as targets; several networks under one command line.
        .executableTarget(name: "forecast", dependencies: [lockstep]),
        // The tensor engine alone.
        .executableTarget(name: "logistic", dependencies: [lockstep]),
    ],
    swiftLanguageModes: [.v6]
)
