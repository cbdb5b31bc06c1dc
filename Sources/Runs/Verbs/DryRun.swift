import Collectives
import Determinism
import Formats
import Training

extension TrainingJob {
    /// What `--dry-run` prints: who gets which shards, and how large everything is.
    func description(of configuration: Configuration, ranks: Int) -> String {
        let layout = replica.layout
        let shards = configuration.shards
        let cut = BatchCut(shards: shards, samples: configuration.globalBatch)
        let message = messageBytes
        let checkpoint = Checkpoint.encode(
            state, settings: configuration.checkpointText, sample: data.train.shape, dataDigest: data.digest,
            metricsLength: 0)
        let perRank = (0..<ranks).map { rank in
            let owned = ownedShards(shards, rank: rank, size: ranks)
            let first = cut.samples(ofShard: owned.lowerBound, count: configuration.globalBatch).lowerBound
            let end = cut.samples(ofShard: owned.upperBound - 1, count: configuration.globalBatch)
                .upperBound
            return """
                rank \(rank)       shards \(owned.lowerBound) to \(owned.upperBound - 1), \
                samples \(first) to \(end - 1) of a full batch
                """
        }
        return
            ([
                "model        \(configuration.model), \(layout.parameterCount) parameters",
                "data         \(data.train.count) training and \(data.test.count) test samples of \(data.train.shape)",
                "steps        \(totalSteps): \(batches.stepsPerEpoch) an epoch, \(configuration.globalBatch) samples each",
                "run folder   \(configuration.runDir ?? "")",
                "message      \(message) bytes a step and rank, before the reduction splits it",
                "checkpoint   \(checkpoint.count) bytes",
            ] + perRank).joined(separator: "\n")
    }
}
