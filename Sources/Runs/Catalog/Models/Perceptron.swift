import NN

extension ModelDescriptor {
    public static let perceptron = ModelDescriptor(
        "perceptron", "one linear layer",
        tuned: TunedDefaults(learningRate: 0.05, momentum: 0.9, schedule: .cosine, epochs: 10)
    ) {
        try Perceptron($0.shape)
    }
}
