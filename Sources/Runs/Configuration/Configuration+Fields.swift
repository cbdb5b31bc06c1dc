import Datasets
import Formats
import TensorEngine
import Training

extension Configuration {
    /// The own settings of everything of a kind, each once.
    typealias OwnSettings = (
        models: [OwnSetting], data: [OwnSetting], optimizers: [OwnSetting], schedules: [OwnSetting],
        sinks: [OwnSetting]
    )

    /// Every setting of a run, in the order of `--help` and `config.json`.
    static func fields(
        models: [ModelDescriptor], data: [DataDescriptor], formats: [any DataFormat],
        optimizers: [OptimizerDescriptor], schedules: [ScheduleDescriptor], recipes: [Recipe],
        own: OwnSettings
    ) -> [Field<Configuration>] {
        dataFields(models, data, formats, recipes, own) + lengthFields
            + optimizerFields(optimizers, schedules, own) + runFields(own) + outputFields
    }

    /// The field of a choice among descriptors.
    private static func choice<Descriptor: Sendable & Equatable & CustomStringConvertible>(
        _ key: String, _ property: any WritableKeyPath<Configuration, Descriptor> & Sendable,
        among all: [Descriptor], scope: Setting.Scope = .run, group: String, help: String
    ) -> Field<Configuration> {
        Field(
            Setting(
                key, .choice(all.map(\.description)), "NAME", scope: scope, group: group, help: help),
            get: { .string($0[keyPath: property].description) },
            set: { configuration, name in
                guard let chosen = all.first(where: { $0.description == name.stringValue }) else { return }
                configuration[keyPath: property] = chosen
            })
    }

    /// The fields of own settings.
    private static func fields(_ own: [OwnSetting], group: String) -> [Field<Configuration>] {
        own.map { own in
            var setting = own.setting
            setting.group = group
            let key = setting.key
            return Field(
                setting, get: { $0.own[key] ?? .null }, set: { $0.own[key] = $1 },
                isRead: { $0.ownSettings.contains { $0.setting.key == key } })
        }
    }

    private static func dataFields(
        _ models: [ModelDescriptor], _ data: [DataDescriptor], _ formats: [any DataFormat],
        _ recipes: [Recipe], _ own: OwnSettings
    ) -> [Field<Configuration>] {
        let group = "Data and model"
        let folder =
            "folder with a data set of images of any size and any number of classes: \(formats.contents)"
        let names = data.map(\.name).joined(separator: ", ")
        let choices = [
            Field(
                "data", \Configuration.data, .text, data.isEmpty ? "DIR" : "NAME|DIR",
                // The variable names trainer's data: a program with data of its own goes by those.
                environment: data.isEmpty ? "TRAINER_DATA" : nil, scope: .invocation, group: group,
                help: data.isEmpty ? folder : "\(names), or a \(folder)"),
            choice(
                "model", \.model, among: models, scope: .fixedOnResume, group: group, help: "network to train"
            ),
        ]
        let recipe = Field(
            "recipe", \Configuration.recipe, .choice(recipes.map(\.name)), "NAME", unset: "none",
            scope: .pace,
            group: group,
            help: "settings that belong together, below --config and the other flags; "
                + recipes.map { "\($0.name) = \($0.summary)" }.joined(separator: "; "))
        return choices + fields(own.data + own.models, group: group) + (recipes.isEmpty ? [] : [recipe])
    }

    private static let lengthFields: [Field<Configuration>] = {
        let group = "Batches and length"
        return [
            Field(
                "global_batch", \.globalBatch, .integer(1...16_777_216), "N", unit: "samples",
                scope: .fixedOnResume, group: group, help: "samples per optimizer step, over all processes"),
            Field(
                "shards", \.shards, .integer(1...4096), "N", unit: "shards", scope: .fixedOnResume,
                group: group,
                help: "parts of a batch whose gradients are computed apart; at least one per process"),
            Field(
                "epochs", \.epochs, .integer(from: 1), "N", unit: "epochs", unset: "tuned", scope: .pace,
                group: group,
                help: "passes over the training set; tuned = the model's, and more of a small training set",
                meaningOfUnset: {
                    "\($0.model.tuned.epochs) epochs, at least \($0.model.tuned.leastSteps) steps"
                }),
            Field(
                "max_steps", \.maxSteps, .integer(from: 1), "N", unit: "steps", unset: "none", scope: .pace,
                group: group,
                help: "stop after so many optimizer steps, if that comes first; a resumed run that has taken "
                    + "as many is done"),
            Field(
                "schedule_epochs", \.scheduleEpochs, .integer(from: 1), "N", unit: "epochs", unset: "all",
                scope: .pace, group: group,
                help: "epochs that the schedule is spread over; beyond them its last rate is held"),
            Field(
                "seed", \.seed, .integer(0...Int.max), "N", scope: .fixedOnResume, group: group,
                help: "start of every random sequence"),
        ]
    }()

    private static func optimizerFields(
        _ optimizers: [OptimizerDescriptor], _ schedules: [ScheduleDescriptor], _ own: OwnSettings
    ) -> [Field<Configuration>] {
        let group = "Optimizer"
        let first = [
            choice(
                "optimizer", \.optimizer, among: optimizers, scope: .fixedOnResume, group: group,
                help: "rule of the update"),
            Field(
                "lr", \Configuration.learningRate, .number(.positive.inSinglePrecision), "X", group: group,
                help: "learning rate"),
        ]
        let second = [
            Field(
                "weight_decay", \Configuration.weightDecay, .number(.nonNegative.inSinglePrecision), "X",
                group: group,
                help: "factor of the L2 penalty"),
            Field(
                "decay_biases", \.decayBiases, .boolean, group: group,
                help: "weight decay on biases too, and on all parameters of one dimension"),
            Field(
                "clip_norm", \.clipNorm, .number(.positive), "X", unset: "none", group: group,
                help: "longest gradient: one whose norm over all parameters is greater is scaled down to it"),
            choice(
                "schedule", \.schedule, among: schedules, group: group,
                help: "course of the learning rate over the run"),
        ]
        let third = [
            Field(
                "warmup_steps", \Configuration.warmupSteps, .integer(from: 0), "N", unit: "steps",
                group: group,
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
            Field(
                "on_nan", \.onNaN, .choice(TrainingPlan.NaNPolicy.self), "WHAT", group: group,
                help:
                    "a step whose loss or gradient is no number: stop = end the run as diverged; skip = leave "
                    + "out its update, at most \(Trainer.mostSkips) times in a row"),
            Field(
                "spike_factor", \.spikeFactor, .number(.init("greater than 1") { $0 > 1 }), "F",
                unset: "none",
                group: group,
                help:
                    "a step whose gradient's norm is more than so many times the mean of some \(NormHistory.leastSteps) "
                    + "steps before it is dealt with by --on-nan too"),
        ]
        return first + fields(own.optimizers, group: group) + second
            + fields(own.schedules, group: group) + third
    }

    private static func runFields(_ own: OwnSettings) -> [Field<Configuration>] {
        let group = "Run folder"
        let checkpoints = [
            Field(
                "run_dir", \Configuration.runDir, .text, "DIR", unset: "auto", scope: .invocation,
                group: group,
                help: "where checkpoints and metrics go; new or empty unless resuming; auto = "
                    + "runs/<model>-<UTC time>"),
            Field(
                "resume", \.resume, .text, "auto|FILE", unset: "off", scope: .invocation, group: group,
                help: "go on from that file, or with auto from the newest valid checkpoint of the run folder "
                    + "and from the start if there is none"),
            Field(
                "extend", \.extend, .choice(ScheduleExtension.self), "HOW", unset: "none", scope: .invocation,
                group: group,
                help:
                    "a resumed run's schedule that reads its length, where --epochs is more than before: hold = "
                    + "its last rate is held; stretch = it is spread over all epochs; none = refuse"),
            Field(
                "checkpoint_every", \.checkpointEvery, .integer(from: 1), "N", unit: "steps", unset: "epoch",
                scope: .pace, group: group, help: "steps between checkpoints; epoch = one after each epoch"),
            Field(
                "keep_last", \.keepLast, .integer(from: 1), "N", unit: "checkpoints", scope: .pace,
                group: group,
                help: "newest checkpoints to keep"),
            Field(
                "keep_best", \.keepBest, .boolean, scope: .pace, group: group,
                help:
                    "save a checkpoint after each test that is better than all before, and keep the best besides the "
                    + "last; by accuracy, or by loss where there is none"),
            Field(
                "checkpoint_errors", \.checkpointErrors, .choice(CheckpointErrors.self), "WHAT", scope: .pace,
                group: group,
                help:
                    "a checkpoint that cannot be written: stop = end the run; warn = say so and go on, the last good "
                    + "one being the newest"),
        ]
        let measurements = [
            Field(
                "eval_every", \Configuration.evalEvery, .integer(from: 1), "N", unit: "steps", unset: "epoch",
                scope: .pace, group: group,
                help: "steps between tests on the test set; epoch = one after each epoch"),
            Field(
                "log_every", \.logEvery, .integer(from: 1), "N", unit: "steps", scope: .pace, group: group,
                help: "steps between lines of metrics"),
            Field(
                "verify_every", \.verifyEvery, .integer(from: 1), "N", unit: "steps", scope: .pace,
                group: group,
                help: "steps between proofs that all replicas are equal"),
        ]
        return checkpoints + fields(own.sinks, group: group) + measurements
    }

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
            Field(
                "timeout", \.timeout, .integer(0...1_000_000), "N", unit: "seconds", scope: .invocation,
                group: group,
                help:
                    "time in which a process may show no progress, before the job ends with 75 and tells which; ten "
                    + "times as long while files are read and written; 0 = any time"),
            Field(
                "max_time", \.maxTime, .integer(from: 1), "N", unit: "seconds", unset: "none",
                scope: .invocation, group: group,
                help:
                    "time that the process may take, for batch systems: shortly before it is over the run stops with a "
                    + "checkpoint and status 75; under launch it counts from the launcher's start"),
            Field(
                Setting(
                    "chaos", .text, "FAULTS", unset: "none", scope: .invocation, group: "Faults on purpose",
                    help: "faults of the program's own, for tests", isListed: false),
                get: { $0.chaos.settingJSON }, set: { $0.chaos = String?(setting: $1) }),
        ]
    }()
}
