import Datasets
import NN

extension ModelDescriptor {
    public static let digitReader = ModelDescriptor(
        "digit-reader", "N -> M: an LSTM reads a strip of --digits digits, another one tells them one by one",
        tuned: TunedDefaults(
            optimizer: .adam, learningRate: 0.003, schedule: .cosine, clipNorm: 1, epochs: 8, leastSteps: 3000
        ),
        settings: [
            .hiddenSize(128),
            OwnSetting(
                "digits", default: 3, .integer(1...100), "N", unit: "digits", help: "length of a strip"),
            .dropout,
        ],
        samples: SampleDerivation(
            shape: { try DigitStrips.shape(of: $0, digits: try $1["digits"]) },
            source: { try DigitStrips(of: $0, digits: try $1["digits"], seed: $2) })
    ) {
        try DigitReader($0.shape, hidden: $0.hiddenSize, dropout: $0.dropout)
    }
}
