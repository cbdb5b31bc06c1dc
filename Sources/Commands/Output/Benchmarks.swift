import Collectives
import Formats
import Runs
import Training

extension BenchOptions {
    /// Measures and, on rank 0, prints.
    func run(_ catalog: Catalog, in world: any Communicator, output: StandardOutput) throws {
        let configuration = try world.agree { try self.configuration(catalog) }
        switch subject {
        case .step:
            let result = try StepBenchmark(world: world).run(configuration, seconds: seconds, trace: trace)
            if let result {
                let json = JSON.object(result)
                output.write(self.json ? Event.benchStep.line(json) : json.prettyText)
            }
        case .kernels:
            let result = try KernelBenchmark(
                only, samples: configuration.globalBatch, shards: configuration.shards, seconds: seconds)
            guard world.rank == 0 else { return }
            if json {
                output.write(Event.benchKernels.line(result.json))
            } else {
                output.write(text: result.table)
            }
        }
    }
}
