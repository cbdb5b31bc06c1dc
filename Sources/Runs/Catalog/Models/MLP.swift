import NN

extension ModelDescriptor {
    public static let mlp = ModelDescriptor(
        "mlp", "128 units with ReLU that see everything, then a linear layer",
        tuned: TunedDefaults(
            learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4, schedule: .cosine, epochs: 10),
        settings: [.dropout]
    ) {
        try MLP($0.shape, dropout: $0.dropout)
    }
}
