import Formats

/// Settings that belong together under one name: `--recipe seed`.
public struct Recipe: Sendable {
    public let name: String
    /// What it is, for `--help`.
    public let summary: String
    /// The values it puts above the defaults and below `--config FILE` and the flags.
    public let values: JSON

    public init(_ name: String, _ summary: String, _ values: JSON) {
        (self.name, self.summary, self.values) = (name, summary, values)
    }
}

extension Recipe {
    /// The article the project started from.
    public static let seed = Recipe(
        "seed", "the article's job: lstm, global batch 32, SGD with lr 0.01, no momentum, 20 epochs",
        [
            "model": "lstm", "global_batch": 32, "epochs": 20, "optimizer": "sgd", "lr": 0.01,
            "momentum": 0, "nesterov": false, "weight_decay": 0, "schedule": "constant", "warmup_steps": 0,
        ])
}
