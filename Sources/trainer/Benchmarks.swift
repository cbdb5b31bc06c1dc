import Collectives
import Formats
import Kernels
import TensorEngine
import Training

extension BenchOptions {
    /// Measures and, on rank 0, prints.
    func run(in world: any Communicator) throws {
        let configuration = try self.configuration()
        switch subject {
        case .step:
            let result = try StepBenchmark(world: world).run(configuration, seconds: seconds, trace: trace)
            if let result { print(json ? JSON.object(result).text : JSON.object(result).prettyText) }
        case .gemm:
            let samples = max(1, configuration.globalBatch / configuration.shards)
            let now = Clock.system.monotonicSeconds
            let shapes = ProductBenchmark.shapes(samples: samples)
            let peak = ProductBenchmark.peak(seconds: 0.2, now: now)
            let share = seconds / Double(shapes.count)
            let results = shapes.map { ProductBenchmark.measure($0, seconds: share, now: now) }
            guard world.rank == 0 else { return }
            if !json { print(table(results, peak: peak, samples: samples), terminator: "") }
            if json { print(object(results, peak: peak, samples: samples).text) }
        }
    }

    private func table(_ results: [ProductBenchmark.Result], peak: Double, samples: Int) -> String {
        func cell(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let head =
            "GFLOP/s on one core, \(kernels.instructionSet), peak \(Int(peak)); shards of \(samples) samples\n"
            + "    m     n     k    ours  OpenBLAS  ratio  of peak\n"
        return results.reduce(head) { text, result in
            let shape = result.shape
            return text + cell("\(shape.m)", 5) + cell("\(shape.n)", 6) + cell("\(shape.k)", 6)
                + cell("\(Int(result.ours))", 8) + cell("\(Int(result.openBLAS))", 10)
                + cell("\((result.ratio * 100).rounded() / 100)", 7)
                + cell("\(Int(100 * result.ours / peak)) %", 9) + "  \(shape.name)\n"
        }
    }

    private func object(_ results: [ProductBenchmark.Result], peak: Double, samples: Int) -> JSON {
        [
            "instruction_set": .string(kernels.instructionSet), "peak_gflops": .number(peak),
            "shard_samples": .integer(samples),
            "products": .array(
                results.map { result in
                    [
                        "name": .string(result.shape.name), "m": .integer(result.shape.m),
                        "n": .integer(result.shape.n), "k": .integer(result.shape.k),
                        "ours_gflops": .number(result.ours), "openblas_gflops": .number(result.openBLAS),
                        "ratio": .number(result.ratio),
                    ]
                }),
        ]
    }
}
