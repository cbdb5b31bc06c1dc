import Collectives
import Formats
import Kernels
import Samples
import TensorEngine
import Training

/// The verb `bench step`: how fast training steps run, and where their time goes.
public struct StepBenchmark {
    private let world: any Communicator
    private let clock: Clock

    public init(world: any Communicator, clock: Clock = .system) {
        self.world = world
        self.clock = clock
    }

    /// Times steps in windows for about `seconds` seconds, after a warm-up.
    ///
    /// - Parameter trace: a file that gets the first weights, batches and losses, for other programs to follow.
    /// - Returns: on rank 0, the result; nil on the others. Its peak of memory is the rank's that held most; threads share
    ///   their process's.
    public func run(_ configuration: Configuration, seconds: Double, trace: String?) throws -> JSONObject? {
        let job = try TrainingJob(configuration, world: world, checkpoint: nil)
        let peak = ProductBenchmark.peak(seconds: 0.1, now: clock.monotonicSeconds)
        let trainer = try Trainer(
            job, recorder: Worker(), requests: Requests(stop: { false }, takeSave: { false }))
        if let trace { try self.trace(trainer, configuration, into: trace) }
        let (windowCount, stepsPerWindow) = try warmUp(trainer, seconds: seconds)
        trainer.clock.reset()
        let allocated = Storage.allocatedBytes
        let heap = Storage.heapInUse
        var windows: [Double] = []
        var (steps, samples) = (0, 0)
        for _ in 0..<windowCount {
            try world.barrier()
            let start = clock.monotonicSeconds()
            let before = samples
            for _ in 0..<stepsPerWindow { samples += try trainer.step().score.samples }
            try world.barrier()
            steps += stepsPerWindow
            windows.append(Double(samples - before) / (clock.monotonicSeconds() - start))
        }
        let growth = Storage.heapInUse - heap
        let own = StepPhase.allCases.map { trainer.clock[$0] * 1000 / Double(steps) }
        let all = try gather(own)
        let memory = try gather([Double(ProcessMemory.peak ?? 0)]).map { $0[0] }
        guard world.rank == 0 else { return nil }
        return report(
            job, configuration, windows: windows, phases: all, peak: peak, memory: Int(memory.max() ?? 0),
            allocated: (Storage.allocatedBytes - allocated) / steps, growth: max(0, growth) / steps)
    }

    /// Steps for a fifth of the time; tells how many windows of how many steps to measure: ten, if so many steps fit.
    private func warmUp(_ trainer: Trainer, seconds: Double) throws -> (windows: Int, steps: Int) {
        // The epoch's last batch may be shorter: its graph is recorded now, and not while allocations are counted.
        trainer.state.step = trainer.job.batches.stepsPerEpoch - 1
        _ = try trainer.step()
        let start = clock.monotonicSeconds()
        var steps = 0
        var enough = false
        while !enough {
            for _ in 0..<3 { _ = try trainer.step() }
            steps += 3
            enough = try world.broadcast(clock.monotonicSeconds() - start > seconds / 5, from: 0)
        }
        let rate = Double(steps) / (clock.monotonicSeconds() - start)
        let wanted = try world.broadcast(max(1, Int(rate * seconds)), from: 0)
        let windows = min(10, wanted)
        return (windows, wanted / windows)
    }

    private func gather(_ values: [Double]) throws -> [[Double]] {
        let bytes = values.flatMap { value in withUnsafeBytes(of: value) { Array($0) } }
        return try world.allGather(bytes).map { bytes in
            bytes.withUnsafeBytes { raw in
                values.indices.map { raw.load(fromByteOffset: 8 * $0, as: Double.self) }
            }
        }
    }

    private func report(
        _ job: TrainingJob, _ configuration: Configuration, windows: [Double], phases: [[Double]],
        peak: Double, memory: Int, allocated: Int, growth: Int
    ) -> JSONObject {
        let sorted = windows.sorted()
        let rate = (sorted[sorted.count / 2] + sorted[(sorted.count - 1) / 2]) / 2
        let graph = job.replica.graph(
            .training, shards: [max(1, configuration.globalBatch / configuration.shards)], of: job.data.train)
        let perSample = Double(configuration.shards) / Double(configuration.globalBatch)
        // Operations of a step on one rank: two for each multiplication.
        let share = perSample * Double(configuration.globalBatch) / Double(world.size)
        let operations: [StepPhase: Double] = [
            .forward: 2 * Double(graph.multiplications.forward) * share,
            .backward: 2 * Double(graph.multiplications.backward) * share,
        ]
        let mean = StepPhase.allCases.map { phase in
            phases.reduce(0) { $0 + $1[phase.index] } / Double(phases.count)
        }
        var phaseReport = JSONObject()
        for phase in StepPhase.allCases {
            let milliseconds = mean[phase.index]
            phaseReport[phase.rawValue] = [
                "ms": .number(milliseconds),
                "gflops": operations[phase].map { .number($0 / milliseconds / 1e6) } ?? .null,
            ]
        }
        let perStep = operations.values.reduce(0, +)
        let stepMilliseconds = Double(configuration.globalBatch) / rate * 1000
        return [
            "model": .string(configuration.model.name), "ranks": .integer(world.size),
            "threads": .integer(world.description.threadsPerProcess),
            "global_batch": .integer(configuration.globalBatch), "shards": .integer(configuration.shards),
            "products": .string(configuration.products.rawValue),
            "instruction_set": .string(kernels.instructionSet),
            "images_per_second": .number(rate), "images_per_second_min": .number(sorted[0]),
            "images_per_second_max": .number(sorted[sorted.count - 1]),
            "windows": .array(windows.map { .number($0) }), "step_ms": .number(stepMilliseconds),
            "phases": .object(phaseReport),
            "phases_per_rank": .array(
                phases.map { rank in
                    .object(
                        JSONObject(StepPhase.allCases.map { ("\($0.rawValue)_ms", .number(rank[$0.index])) }))
                }),
            "peak_gflops_per_core": .number(peak),
            "peak_share": .number(perStep / stepMilliseconds / 1e6 / peak),
            "peak_memory_bytes": .integer(memory),
            "bytes_allocated_per_step": .integer(allocated), "heap_growth_per_step": .integer(growth),
        ]
    }
}
