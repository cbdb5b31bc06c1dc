import NN

extension ModelDescriptor {
    public static let lenet5 = ModelDescriptor(
        "lenet5", "LeNet-5: 6 and 16 filters, max-pooled, then 120 and 84 units, Gaussian outputs",
        tuned: TunedDefaults(
            learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-4, schedule: .cosine),
        settings: [.dropout]
    ) {
        try LeNet5($0.shape, dropout: $0.dropout)
    }
}
