import NN

extension ModelDescriptor {
    public static let gru = ModelDescriptor(
        "gru", "the same through a GRU",
        tuned: TunedDefaults(learningRate: 0.2, momentum: 0.9, nesterov: true, schedule: .cosine),
        settings: [.hiddenSize(100), .dropout]
    ) {
        try RecurrentClassifier(.gru, $0.shape, hidden: $0.hiddenSize, dropout: $0.dropout)
    }
}
