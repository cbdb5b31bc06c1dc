import NN

extension ModelDescriptor {
    public static let lstm = ModelDescriptor(
        "lstm", "the rows of an image, or the steps of a sequence, through an LSTM, then a linear layer",
        tuned: TunedDefaults(learningRate: 0.2, momentum: 0.9, nesterov: true, schedule: .cosine),
        settings: [.hiddenSize(100), .dropout]
    ) {
        try RecurrentClassifier(.lstm, $0.shape, hidden: $0.hiddenSize, dropout: $0.dropout)
    }
}
