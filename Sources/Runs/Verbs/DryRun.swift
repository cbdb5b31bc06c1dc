import Collectives
import Determinism
import Formats
import Training

extension TrainingJob {
    /// What a run is, for events.
    func facts(_ profile: RunProfile) -> [(String, JSON)] {
        [
            ("model", .string(profile.name)),
            ("parameters", .integer(replica.layout.parameterCount)),
            ("train_samples", .integer(data.train.count)), ("test_samples", .integer(data.test.count)),
            ("sample_shape", .string("\(data.train.shape)")), ("epochs", .integer(plan.epochs)),
            ("steps_per_epoch", .integer(batches.stepsPerEpoch)), ("total_steps", .integer(totalSteps)),
            ("global_batch", .integer(plan.globalBatch)), ("shards", .integer(plan.shards)),
            ("processes", .integer(world.description.processes)),
            ("threads_per_process", .integer(world.description.threadsPerProcess)),
            ("run_dir", .string(profile.folder.path)),
        ]
    }
}

/// What `--dry-run` prints: who gets which shards, and how large everything is.
struct TrainingOutline {
    let job: TrainingJob
    let configuration: Configuration

    /// What a rank has of a full batch.
    private struct Part {
        let shards, samples: Range<Int>
    }

    private var parts: [Part] {
        let (ranks, shards, batch) = (job.world.size, configuration.shards, configuration.globalBatch)
        let cut = BatchCut(shards: shards, samples: batch)
        return (0..<ranks).map { rank in
            let owned = ownedShards(shards, rank: rank, size: ranks)
            let first = cut.samples(ofShard: owned.lowerBound, count: batch).lowerBound
            let end = cut.samples(ofShard: owned.upperBound - 1, count: batch).upperBound
            return Part(shards: owned, samples: first..<end)
        }
    }

    private var checkpointBytes: Int {
        Checkpoint.encode(
            job.state, settings: configuration.checkpointText, sample: job.data.train.shape,
            dataDigest: job.data.digest, metricsLength: 0, metricsDigest: SHA256.hex(of: []),
            runID: RunIdentity(dataDigest: job.data.digest, settings: configuration.identitySettings).id
        ).count
    }

    /// For a reader.
    var text: String {
        let ranks = parts.enumerated().map { rank, part in
            """
            rank \(rank)       shards \(part.shards.lowerBound) to \(part.shards.upperBound - 1), \
            samples \(part.samples.lowerBound) to \(part.samples.upperBound - 1) of a full batch
            """
        }
        let (data, steps) = (job.data, job.batches.stepsPerEpoch)
        return
            ([
                "model        \(configuration.model), \(job.replica.layout.parameterCount) parameters",
                "data         \(data.train.count) training and \(data.test.count) test samples of \(data.train.shape)",
                "steps        \(job.totalSteps): \(steps) an epoch, \(configuration.globalBatch) samples each",
                "run folder   \(configuration.runDir ?? "")",
                "message      \(job.messageBytes) bytes a step and rank, before the reduction splits it",
                "checkpoint   \(checkpointBytes) bytes",
            ] + ranks).joined(separator: "\n")
    }

    /// For a program.
    var line: String {
        let ranks = parts.enumerated().map { rank, part -> JSON in
            [
                "rank": .integer(rank), "first_shard": .integer(part.shards.lowerBound),
                "shards": .integer(part.shards.count), "first_sample": .integer(part.samples.lowerBound),
                "samples": .integer(part.samples.count),
            ]
        }
        return Event.plan.line(
            job.facts(configuration.profile) + [
                ("message_bytes", .integer(job.messageBytes)),
                ("checkpoint_bytes", .integer(checkpointBytes)),
                ("ranks", .array(ranks)),
            ])
    }
}
