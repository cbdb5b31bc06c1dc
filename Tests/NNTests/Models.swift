import NN

/// Every model, small where its size is free: tests of what all models share run over this list.
let models: [(name: String, make: @Sendable () -> any Model)] = [
    ("lstm", { RecurrentClassifier(.lstm, hidden: 5) }),
    ("cnn", { CNN() }),
    ("lenet5", { LeNet5() }),
    ("perceptron", { Perceptron() }),
    ("mlp", { MLP(hidden: 6) }),
]
