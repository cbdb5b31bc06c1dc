import NN

extension ModelDescriptor {
    public static let rowGenerator = ModelDescriptor(
        "row-generator", "1 -> N: a class's embedding and noise, then an LSTM draws the rows of an image",
        tuned: TunedDefaults(optimizer: .adam, learningRate: 0.005, schedule: .cosine, epochs: 3),
        settings: [.hiddenSize(128), .dropout]
    ) {
        try RowGenerator($0.shape, hidden: $0.hiddenSize, dropout: $0.dropout)
    }
}
