import Formats

extension Configuration {
    /// Settings that belong together under one name: `--recipe seed`.
    public enum Recipe: String, CaseIterable, Sendable {
        /// The article the project started from.
        case seed

        /// The values it puts above the defaults and below `--config FILE` and the flags.
        var values: JSON {
            switch self {
            case .seed:
                [
                    "model": "lstm", "global_batch": 32, "epochs": 20, "optimizer": "sgd", "lr": 0.01,
                    "momentum": 0, "nesterov": false, "weight_decay": 0, "schedule": "constant",
                    "warmup_steps": 0,
                ]
            }
        }
    }
}
