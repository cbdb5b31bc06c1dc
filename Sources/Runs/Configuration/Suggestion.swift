/// What a word that is not known probably meant, in words for the end of a message: " (did you mean '--lr'?)"; empty where
/// nothing comes near.
///
/// - Parameters:
///   - word: an option, a key of a configuration, a command, or a name among choices.
///   - candidates: what it may have meant, written alike.
public func suggestion(for word: String, among candidates: [String]) -> String {
    let meant =
        candidates.first { plain($0) == plain(word) } ?? otherName(of: word, among: candidates)
        ?? nearestMatch(to: word, among: candidates)
    return meant.map { " (did you mean '\($0)'?)" } ?? ""
}

/// Without what tells an option from a key, and capitals from small letters.
private func plain(_ word: String) -> String {
    String(word.lowercased().drop { $0 == "-" }.map { $0 == "_" ? "-" : $0 })
}

private func otherName(of word: String, among candidates: [String]) -> String? {
    guard let ours = synonyms[plain(word)] else { return nil }
    return ours.lazy.compactMap { name in candidates.first { plain($0) == name } }.first
}

/// What others call our options, commands and choices; of several names the first that is there counts.
private let synonyms: [String: [String]] = [
    // Options.
    "b": ["global-batch"], "batch": ["global-batch"], "batch-size": ["global-batch"], "bs": ["global-batch"],
    "mini-batch": ["global-batch"], "train-batch-size": ["global-batch"],
    "per-device-train-batch-size": ["global-batch"],
    "learning-rate": ["lr"], "base-lr": ["lr"], "step-lr": ["lr"], "eta": ["lr"],
    "workers": ["threads"], "num-workers": ["threads"], "jobs": ["threads"], "j": ["threads"],
    "cores": ["threads"], "cpus": ["threads"], "num-threads": ["threads"], "nthreads": ["threads"],
    "np": ["threads"], "n-jobs": ["threads"],
    "num-epochs": ["epochs"], "num-train-epochs": ["epochs"], "n-epochs": ["epochs"], "e": ["epochs"],
    "steps": ["max-steps"], "num-steps": ["max-steps"], "iterations": ["max-steps"], "iters": ["max-steps"],
    "max-iter": ["max-steps"], "total-steps": ["max-steps"],
    "network": ["model"], "net": ["model"], "arch": ["model"], "architecture": ["model"],
    "weights": ["model-file", "init"], "model": ["model-file"], "model-path": ["model-file"],
    "hidden": ["hidden-size"], "hidden-dim": ["hidden-size"], "hidden-units": ["hidden-size"],
    "units": ["hidden-size"], "width": ["hidden-size"],
    "dataset": ["data"], "data-dir": ["data"], "data-path": ["data"], "data-root": ["data"],
    "input": ["data"], "train-data": ["data"],
    "output": ["run-dir", "out"], "output-dir": ["run-dir", "out"], "out-dir": ["run-dir", "out"],
    "save-dir": ["run-dir", "out"], "log-dir": ["run-dir"], "logdir": ["run-dir"], "out": ["run-dir"],
    "o": ["run-dir", "out"],
    "checkpoint": ["resume", "model-file"], "restore": ["resume"], "load": ["resume", "model-file"],
    "continue": ["resume"], "ckpt": ["resume", "model-file"],
    "save-every": ["checkpoint-every"], "save-steps": ["checkpoint-every"],
    "save-total-limit": ["keep-last"], "save-best": ["keep-best"],
    "load-best-model-at-end": ["keep-best"], "time-limit": ["max-time"], "walltime": ["max-time"],
    "max-duration": ["max-time"], "eval-steps": ["eval-every"], "logging-steps": ["log-every"],
    "log-interval": ["log-every"],
    "optim": ["optimizer"], "opt": ["optimizer"], "scheduler": ["schedule"], "lr-schedule": ["schedule"],
    "lr-scheduler": ["schedule"], "lr-scheduler-type": ["schedule"], "warmup": ["warmup-steps"],
    "wd": ["weight-decay"], "l2": ["weight-decay"], "decay": ["weight-decay"],
    "clip": ["clip-norm"], "grad-clip": ["clip-norm"], "max-grad-norm": ["clip-norm"],
    "gradient-clip": ["clip-norm"], "random-seed": ["seed"], "random-state": ["seed"],
    "settings": ["config"], "cfg": ["config"], "silent": ["quiet"], "q": ["quiet"],
    "check": ["dry-run"], "plan": ["dry-run"], "format": ["json"], "v": ["version"],
    // Commands.
    "eval": ["evaluate"], "test": ["evaluate"], "validate": ["evaluate"], "score": ["evaluate"],
    "infer": ["predict"], "inference": ["predict"], "classify": ["predict"], "fit": ["train"],
    "run": ["train"], "learn": ["train"], "benchmark": ["bench"], "perf": ["bench"], "speed": ["bench"],
    "draw": ["visualize"], "plot": ["visualize"], "show": ["visualize"], "visualise": ["visualize"],
    // Networks, optimizers, schedules.
    "convnet": ["cnn"], "conv": ["cnn"], "lenet": ["lenet5"], "lenet-5": ["lenet5"], "dense": ["mlp"],
    "feedforward": ["mlp"], "linear": ["perceptron"], "softmax": ["perceptron"], "logistic": ["perceptron"],
    "elman": ["rnn"], "adam-w": ["adamw"], "cosine-annealing": ["cosine"], "step-lr-schedule": ["step"],
    "fixed": ["constant"], "none": ["constant"],
]
