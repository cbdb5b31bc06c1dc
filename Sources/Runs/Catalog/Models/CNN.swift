import NN

extension ModelDescriptor {
    public static let cnn = ModelDescriptor(
        "cnn", "two 5x5 convolutions (32 and 64 filters), each max-pooled, then 128 units",
        tuned: TunedDefaults(
            learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-4, schedule: .cosine,
            epochs: 8),
        settings: [.dropout]
    ) {
        try CNN($0.shape, dropout: $0.dropout)
    }
}
