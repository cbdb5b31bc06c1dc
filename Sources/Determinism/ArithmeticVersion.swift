/// The version of this program's arithmetic: one configuration gives one model, bit for bit, as long as it stands.
///
/// It is raised whenever a change rounds anything differently, for every number of processes alike. Checkpoints carry it,
/// and a run goes on under the arithmetic that began it or not at all; a trained model's weights are good under any.
///
/// 1. Everything up to commit 4166ae2, and files that name no version.
/// 2. Weights' gradients are sums of pieces of `SumOrder.longestChain` terms; recurrent layers add their biases after
///    the product; convolutions go over panels of filters, and their dense gradients are products over pixels.
/// 3. Shards of more than 32 samples are summed in parts (`BatchCut`); smaller ones as in 2.
/// 4. Numbers below the smallest normal one are zeros (`flushingSubnormals`).
public let arithmeticVersion = 4
