import Collectives
import Kernels

extension TrainingJob {
    /// The SHA-256 of the state in a checkpoint of this job's run, as evaluations record it.
    ///
    /// It is read into the job's own memory: what was there is gone.
    ///
    /// - Throws: `FileError` if the checkpoint does not fit.
    public func digest(of checkpoint: Checkpoint) throws -> [UInt8] {
        var state = state
        try checkpoint.restore(into: &state)
        return state.digest
    }
}

extension Trainer {
    /// Takes steps without evaluations, records or checkpoints, up to `step`; the state there.
    ///
    /// - Throws: what `step()` throws.
    public func advance(to step: Int) throws -> [UInt8] {
        while state.step < step { _ = try self.step() }
        return state.digest
    }

    /// The samples of the next step in the order of its batch, each with its loss, computed alone by this rank: nothing
    /// changes.
    public func nextLosses() -> [(sample: Int, loss: Double)] {
        let moment = Moment(
            seed: job.plan.seed, step: state.step, epoch: job.batches.epoch(ofStep: state.step))
        let graph = job.replica.graph(.training, shards: [1], of: job.data.train)
        return flushingSubnormals {
            samples(ofStep: state.step).map { sample in
                graph.load([sample], of: job.data.train, at: moment)
                graph.forward(version: job.replica.version)
                return (Int(sample), graph.results(of: 0).loss)
            }
        }
    }
}
