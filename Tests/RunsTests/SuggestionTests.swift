import Testing

@testable import Runs

@Suite struct SuggestionTests {
    private static let flags = [
        "--global-batch", "--lr", "--threads", "--max-steps", "--epochs", "--data", "--run-dir", "--model",
        "--resume",
    ]

    @Test(
        arguments: [
            ("--batch-size", "--global-batch"), ("--batch_size", "--global-batch"),
            ("--learning-rate", "--lr"),
            ("--workers", "--threads"), ("-j", "--threads"), ("--steps", "--max-steps"), ("--LR", "--lr"),
            ("--Epochs", "--epochs"), ("--ephocs", "--epochs"), ("--dataset", "--data"),
            ("--output-dir", "--run-dir"), ("--arch", "--model"), ("--checkpoint", "--resume"),
        ])
    func options(word: String, meant: String) {
        #expect(suggestion(for: word, among: Self.flags) == " (did you mean '\(meant)'?)")
    }

    @Test(
        arguments: [
            ("LSTM", "lstm"), ("LeNet", "lenet5"), ("convnet", "cnn"), ("lstmm", "lstm"), ("CNN", "cnn"),
        ])
    func choices(word: String, meant: String) {
        #expect(suggestion(for: word, among: ["lstm", "cnn", "lenet5"]) == " (did you mean '\(meant)'?)")
    }

    @Test func keysOfAConfiguration() {
        #expect(
            suggestion(for: "batch_size", among: ["global_batch", "lr"]) == " (did you mean 'global_batch'?)")
    }

    /// A word that others use is not offered where it is not ours: evaluate has no global batch.
    @Test func onlyWhatIsThere() {
        #expect(suggestion(for: "--batch-size", among: ["--model-file", "--json"]) == "")
        #expect(suggestion(for: "--weights", among: ["--model-file"]) == " (did you mean '--model-file'?)")
        #expect(suggestion(for: "--xyzzy-plugh", among: Self.flags) == "")
    }

    @Test func commands() {
        let verbs = ["train", "evaluate", "predict", "visualize", "bench", "help"]
        #expect(suggestion(for: "eval", among: verbs) == " (did you mean 'evaluate'?)")
        #expect(suggestion(for: "trian", among: verbs) == " (did you mean 'train'?)")
    }
}
