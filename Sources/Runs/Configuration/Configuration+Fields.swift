import Formats
import TensorEngine
import Training

extension Configuration {
    /// Every setting of a run, in the order of `--help` and `config.json`.
    public static let fields: [Field<Configuration>] =
        dataFields + lengthFields + optimizerFields + runFields + outputFields

    /// The settings without their properties.
    public static let settings = fields.map(\.setting)

    private static let dataFields: [Field<Configuration>] = {
        let group = "Data and model"
        return [
            Field(
                "data", \.data, .text, "DIR", environment: "TRAINER_DATA", scope: .invocation, group: group,
                help:
                    "folder with the data set: four IDX files under MNIST's names, raw or .gz, of any size and "
                    + "number of classes; CIFAR-10's binary files; mnist.npz or another archive of x_train, "
                    + "y_train, x_test, y_test"),
            Field(
                "model", \.model, .choice(ModelKind.self), "NAME", scope: .fixedOnResume, group: group,
                help: "network to train"),
            Field(
                "hidden_size", \.hiddenSize, .integer(1...65_536), "N", unit: "units", scope: .fixedOnResume,
                group: group, help: "width of a recurrent layer"),
            Field(
                "digits", \.digits, .integer(1...100), "N", unit: "digits", scope: .fixedOnResume,
                group: group,
                help: "length of a strip; digit-reader only"),
            Field(
                "dropout", \.dropout, .number(.decay), "P", group: group,
                help: "share of the last layer's inputs that is set to zero in training; not for perceptron"),
            Field(
                "recipe", \.recipe, .choice(Recipe.self), "NAME", unset: "none", group: group,
                help: "settings that belong together, below --config and the other flags; seed = the "
                    + "article's job: lstm, global batch 32, SGD with lr 0.01, no momentum, 20 epochs"),
        ]
    }()

    private static let lengthFields: [Field<Configuration>] = {
        let group = "Batches and length"
        return [
            Field(
                "global_batch", \.globalBatch, .integer(from: 1), "N", unit: "samples", scope: .fixedOnResume,
                group: group, help: "samples per optimizer step, over all processes"),
            Field(
                "shards", \.shards, .integer(1...4096), "N", unit: "shards", scope: .fixedOnResume,
                group: group,
                help: "parts of a batch whose gradients are computed apart; at least one per process"),
            Field(
                "epochs", \.epochs, .integer(from: 1), "N", unit: "epochs", unset: "tuned", group: group,
                help: "passes over the training set; tuned = the model's, and more of a small training set",
                meaningOfUnset: {
                    "\($0.model.tuned.epochs) epochs, at least \($0.model.tuned.leastSteps) steps"
                }),
            Field(
                "max_steps", \.maxSteps, .integer(from: 1), "N", unit: "steps", unset: "none", group: group,
                help: "stop after so many optimizer steps, if that comes first"),
            Field(
                "seed", \.seed, .integer(0...Int.max), "N", scope: .fixedOnResume, group: group,
                help: "start of every random sequence"),
        ]
    }()

    private static let optimizerFields: [Field<Configuration>] = {
        let group = "Optimizer"
        return [
            Field(
                "optimizer", \.optimizer, .choice(Optimizer.self), "NAME", scope: .fixedOnResume,
                group: group,
                help:
                    "rule of the update; weight decay is a penalty in adam, apart from the gradient in adamw and lamb"
            ),
            Field("lr", \.learningRate, .number(.positive), "X", group: group, help: "learning rate"),
            Field(
                "momentum", \.momentum, .number(.decay), "X", group: group,
                help: "share of the last update that is kept; sgd only"),
            Field(
                "nesterov", \.nesterov, .boolean, group: group,
                help: "look ahead along the momentum; sgd only"),
            Field(
                "beta1", \.beta1, .number(.decay), "X", group: group,
                help: "share of the gradient's average that is kept; adam, adamw and lamb only"),
            Field(
                "beta2", \.beta2, .number(.decay), "X", group: group,
                help: "share of the squared gradient's average that is kept; adam, adamw and lamb only"),
            Field(
                "weight_decay", \.weightDecay, .number(.nonNegative), "X", group: group,
                help: "factor of the L2 penalty"),
            Field(
                "decay_biases", \.decayBiases, .boolean, group: group,
                help: "weight decay on biases too, and on all parameters of one dimension"),
            Field(
                "clip_norm", \.clipNorm, .number(.positive), "X", unset: "none", group: group,
                help: "longest gradient: one whose norm over all parameters is greater is scaled down to it"),
            Field(
                "schedule", \.schedule, .choice(Schedule.self), "NAME", group: group,
                help: "course of the learning rate over the run; cosine falls to 0, step multiplies by "
                    + "--gamma every --step-size steps"),
            Field(
                "step_size", \.stepSize, .integer(from: 1), "N", unit: "steps", unset: "third", group: group,
                help: "steps between two drops of --schedule step; third = a third of the run"),
            Field(
                "gamma", \.gamma, .number(.shrinking), "X", group: group,
                help: "factor of each drop of --schedule step"),
            Field(
                "warmup_steps", \.warmupSteps, .integer(from: 0), "N", unit: "steps", group: group,
                help: "steps of linear growth to the full learning rate"),
            Field(
                "products", \.products, .choice(ProductLibrary.self), "NAME", scope: .fixedOnResume,
                group: group,
                help: "matrix products of recurrent and dense layers: own = the same bits on every CPU; "
                    + "openblas = OpenBLAS's, whose bits depend on the CPU's model; convolutions are always "
                    + "our own"),
            Field(
                "reduction", \.reduction, .choice(TrainingPlan.Reduction.self), "NAME", group: group,
                help: "sum of the gradients: tree = one fixed order, the same bits on any number of "
                    + "processes; mpi = MPI_Allreduce, whose bits depend on it"),
        ]
    }()

    private static let runFields: [Field<Configuration>] = {
        let group = "Run folder"
        return [
            Field(
                "run_dir", \.runDir, .text, "DIR", unset: "auto", scope: .invocation, group: group,
                help: "where checkpoints and metrics go; new or empty unless resuming; auto = "
                    + "runs/<model>-<UTC time>"),
            Field(
                "resume", \.resume, .text, "auto|FILE", unset: "off", scope: .invocation, group: group,
                help: "go on from that file, or with auto from the newest valid checkpoint of the run folder "
                    + "and from the start if there is none"),
            Field(
                "checkpoint_every", \.checkpointEvery, .integer(from: 1), "N", unit: "steps", unset: "epoch",
                group: group, help: "steps between checkpoints; epoch = one after each epoch"),
            Field(
                "keep_last", \.keepLast, .integer(from: 1), "N", unit: "checkpoints", group: group,
                help: "newest checkpoints to keep"),
            Field(
                "eval_every", \.evalEvery, .integer(from: 1), "N", unit: "steps", unset: "epoch",
                group: group, help: "steps between tests on the test set; epoch = one after each epoch"),
            Field(
                "log_every", \.logEvery, .integer(from: 1), "N", unit: "steps", group: group,
                help: "steps between lines of metrics"),
            Field(
                "verify_every", \.verifyEvery, .integer(from: 1), "N", unit: "steps", group: group,
                help: "steps between proofs that all replicas are equal"),
        ]
    }()

    private static let outputFields: [Field<Configuration>] = {
        let group = "This invocation"
        return [
            Field(
                "dry_run", \.dryRun, .boolean, scope: .invocation, group: group,
                help: "check everything, print the plan, train nothing"),
            Field(
                "quiet", \.quiet, .boolean, scope: .invocation, group: group,
                help: "print warnings and errors only"),
            Field(
                "json", \.json, .boolean, scope: .invocation, group: group,
                help: "print events as JSON objects, one a line, the result last; docs/json.md lists them"),
            Field(
                "threads", \.threads, .integer(1...4096), "N", unit: "threads", unset: "auto",
                scope: .invocation, group: group,
                help: "ranks in each process; auto = 1 under mpirun, else as many as there are shards and "
                    + "cores that affinity and control groups leave; the same bits"),
            Field(
                "bucket_size", \.bucketSize, .integer(1...1_048_576), "N", unit: "KiB", scope: .invocation,
                group: group,
                help: "gradients that are exchanged at once, while the rest is still computed; the same bits"),
            Field(
                "progress", \.progress, .choice(Progress.self), "MODE", scope: .invocation, group: group,
                help: "progress on stderr; auto = bar on a terminal, plain lines elsewhere"),
        ]
    }()
}
