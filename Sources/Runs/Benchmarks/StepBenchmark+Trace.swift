import Formats
import Samples
import Training

extension StepBenchmark {
    private static let tracedSteps = 5

    /// Takes the first steps and writes what another program needs to take them too: first weights, batches, losses.
    func trace(_ trainer: Trainer, _ configuration: Configuration, into path: String) throws {
        let (job, layout) = (trainer.job, trainer.job.replica.layout)
        let set = job.data.train
        var tensors: [(name: String, shape: [Int], values: SafeTensors.Values)] = layout.entries.map {
            entry in
            let values = Array(trainer.state.parameters.buffer[entry.range])
            return ("initial.\(entry.name)", entry.shape, .float32(values))
        }
        for step in 0..<Self.tracedSteps {
            let samples = trainer.samples(ofStep: step)
            let read = samples.map { set.sample(Int($0)) }
            let labels = read.flatMap(\.labels).map { Int64($0) }
            tensors.append(
                ("images.\(step)", [samples.count] + set.shape.input, .float32(read.flatMap(\.input))))
            tensors.append(("labels.\(step)", [labels.count], .int64(labels)))
            let result = try trainer.step()
            tensors.append(("loss.\(step)", [1], .float32([Float(result.score.loss)])))
        }
        guard job.world.rank == 0 else { return }
        let metadata = [
            "model": configuration.model.name, "optimizer": configuration.optimizer.name,
            "lr": "\(configuration.learningRate)", "momentum": "\(configuration["momentum"] ?? 0.0)",
            "nesterov": "\(configuration["nesterov"] ?? false)",
            "weight_decay": "\(configuration.weightDecay)", "steps": "\(Self.tracedSteps)",
        ]
        try Files.publish(path, SafeTensors.encode(tensors, metadata: metadata))
    }
}
