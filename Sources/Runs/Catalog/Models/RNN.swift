import NN

extension ModelDescriptor {
    public static let rnn = ModelDescriptor(
        "rnn", "the same through a simple recurrent layer (tanh)",
        tuned: TunedDefaults(
            optimizer: .adam, learningRate: 0.002, schedule: .cosine, epochs: 10, leastSteps: 3000),
        settings: [.hiddenSize(100), .dropout]
    ) {
        try RecurrentClassifier(.rnn(.tanh), $0.shape, hidden: $0.hiddenSize, dropout: $0.dropout)
    }
}
