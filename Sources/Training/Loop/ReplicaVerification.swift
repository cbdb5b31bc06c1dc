import Collectives
import Formats

/// Proves that all ranks hold the same parameters and optimizer state, bit for bit.
///
/// - Throws: `TrainingError.replicasDiffer` on every rank, naming the rank and the tensor.
func verifyReplicas(_ state: TrainingState, world: any Communicator) throws {
    guard world.size > 1 else { return }
    let digests = try world.allGather(state.digest)
    guard let rank = digests.indices.first(where: { digests[$0] != digests[0] }) else { return }
    let ownDigests = state.tensors.flatMap { tensor in
        var hash = SHA256()
        hash.update(UnsafeRawBufferPointer(tensor.values))
        return hash.finalize()
    }
    let details = try world.allGather(ownDigests)
    let differing = state.tensors.indices.first { tensor in
        let bytes = tensor * 32..<(tensor + 1) * 32
        return details[rank][bytes] != details[0][bytes]
    }
    throw TrainingError.replicasDiffer(
        rank: rank, tensor: differing.map { state.tensors[$0].name } ?? "?", step: state.step)
}
