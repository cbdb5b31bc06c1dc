import Datasets
import Formats
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
            var pixels = [Float](repeating: 0, count: samples.count * set.rows * set.columns)
            var labels = [Int32](repeating: 0, count: samples.count * set.labelsPerSample)
            pixels.withUnsafeMutableBufferPointer { pixels in
                labels.withUnsafeMutableBufferPointer { labels in
                    guard let pixels = pixels.baseAddress, let labels = labels.baseAddress else { return }
                    for (slot, sample) in samples.enumerated() {
                        set.read(
                            Int(sample), epoch: 0, pixels: pixels + slot * set.rows * set.columns,
                            labels: labels + slot * set.labelsPerSample)
                    }
                }
            }
            tensors.append(("images.\(step)", [samples.count, set.rows, set.columns], .float32(pixels)))
            tensors.append(("labels.\(step)", [labels.count], .int64(labels.map { Int64($0) })))
            let result = try trainer.step()
            tensors.append(("loss.\(step)", [1], .float32([Float(result.score.loss)])))
        }
        guard job.world.rank == 0 else { return }
        let metadata = [
            "model": configuration.model.rawValue, "optimizer": configuration.optimizer.rawValue,
            "lr": "\(configuration.learningRate)", "momentum": "\(configuration.momentum)",
            "nesterov": "\(configuration.nesterov)", "weight_decay": "\(configuration.weightDecay)",
            "steps": "\(Self.tracedSteps)",
        ]
        try Files.publish(path, SafeTensors.encode(tensors, metadata: metadata))
    }
}
