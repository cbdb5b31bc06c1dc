import Formats

extension Configuration {
    /// Stacks layers, lowest first, on the model's defaults and on the recipe if a layer names one.
    ///
    /// The order of a run is: environment, checkpoint resumed from, `--config FILE`, flags.
    /// - Throws: `UsageError` where settings exclude each other.
    public init(layers: [SettingsLayer]) throws(UsageError) {
        let stack = try Self.stack(layers)
        self.init(stack: stack)
        try validate { key in
            stack.compactMap { $0[key]?.origin }.last ?? "default \(key)"
        }
    }

    /// The same, but without the checkpoint's layer, which may settle what seems to exclude each other: only good for
    /// finding that checkpoint.
    init(layersAboveCheckpoint layers: [SettingsLayer]) throws(UsageError) {
        self.init(stack: try Self.stack(layers))
    }

    /// The layers, above the recipe if one of them names one.
    private static func stack(_ layers: [SettingsLayer]) throws(UsageError) -> [SettingsLayer] {
        let name = layers.compactMap { $0["recipe"]?.value }.last
        guard let recipe = name.flatMap({ Recipe?(setting: $0) }) else { return layers }
        return [try SettingsLayer(recipe.values, from: "recipe \(recipe.rawValue)")] + layers
    }

    private init(stack: [SettingsLayer]) {
        func choice<Value: SettingValue>(_ key: String) -> Value? {
            stack.compactMap { $0[key]?.value }.last.map(Value.init(setting:))
        }
        self.init(model: choice("model") ?? Configuration().model, optimizer: choice("optimizer"))
        for layer in stack { layer.assign(to: &self, Self.fields) }
    }

    /// What no setting can check alone.
    ///
    /// - Parameter origin: where the value of a key came from.
    private func validate(origin: (String) -> String) throws(UsageError) {
        try refuseUnused(by: optimizer, origin: origin)
        if nesterov && momentum == 0 {
            throw UsageError(
                "\(origin("nesterov")): needs momentum, and \(origin("momentum")) is 0",
                hint: "Set --momentum above 0, or --no-nesterov.")
        }
        if digits != Configuration().digits && model != .digitReader {
            throw UsageError(
                "\(origin("digits")): used only by --model digit-reader, but the model is \(model.rawValue)",
                hint: "Set --model digit-reader, or leave it out.")
        }
        if dropout > 0 && model == .perceptron {
            throw UsageError(
                "\(origin("dropout")): a perceptron has no layer before its last whose outputs could be dropped",
                hint: "Leave it out, or choose another --model.")
        }
        let unused = stepSize != nil ? ("step_size", "--step-size third") : ("gamma", "--gamma 0.1")
        if schedule != .step, stepSize != nil || gamma != Configuration().gamma {
            throw UsageError(
                "\(origin(unused.0)): used only by --schedule step, but the schedule is \(schedule.rawValue)",
                hint: "Set --schedule step, or leave it out (\(unused.1)).")
        }
    }

    /// Settings of other optimizers may stand at what they are worth to this one, as in its `config.json`.
    private func refuseUnused(by optimizer: Optimizer, origin: (String) -> String) throws(UsageError) {
        let neutral = Configuration(model: model, optimizer: optimizer)
        for field in Self.fields where optimizer.unused.contains(field.setting.key) {
            let (value, text) = (field.get(self), field.text(in: neutral))
            if value == field.get(neutral) { continue }
            throw UsageError(
                "\(origin(field.setting.key)): has no meaning with --optimizer \(optimizer.rawValue)",
                hint: "Leave it out, or at its default (\(text)), or choose another --optimizer.")
        }
    }

    /// Every setting, in the table's order.
    public var fullJSON: JSONObject {
        JSONObject(Self.fields.map { ($0.setting.key, $0.get(self)) })
    }

    /// The settings that describe the run and not this invocation of it: `config.json`, also inside
    /// checkpoints.
    ///
    /// `--config config.json` repeats the run; nothing here depends on the machine, the paths or the number
    /// of processes.
    public var trajectoryJSON: JSONObject {
        JSONObject(Self.fields.filter(\.setting.isReproducible).map { ($0.setting.key, $0.get(self)) })
    }
}
