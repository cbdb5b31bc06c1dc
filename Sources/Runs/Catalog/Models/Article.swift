extension [ModelDescriptor] {
    /// The networks of the article that the project started from.
    public static let article: [ModelDescriptor] = [
        .lstm, .gru, .rnn, .cnn, .lenet5, .mlp, .perceptron, .rowGenerator, .digitReader,
    ]
}
