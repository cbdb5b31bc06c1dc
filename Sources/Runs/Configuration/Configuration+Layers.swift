import Formats

extension Configuration {
    /// Stacks layers, lowest first, on the model's defaults and on the recipe if a layer names one.
    ///
    /// The order of a run is: environment, checkpoint resumed from, `--config FILE`, flags.
    /// - Throws: `UsageError` where settings exclude each other, or have no meaning for what is chosen.
    public init(_ catalog: Catalog, layers: [SettingsLayer]) throws(UsageError) {
        let stack = try Self.stack(catalog, layers)
        try self.init(catalog, stack: stack, refusingUnread: true)
        _ = try faults
        do {
            _ = try makeOptimizer { key in stack.compactMap { $0[key]?.origin }.last ?? "default \(key)" }
        } catch let error as UsageError {
            throw error
        } catch {
            throw UsageError("--optimizer \(optimizer): \(error)")
        }
    }

    /// The same, but without the checkpoint's layer, which may settle what seems to exclude each other: only good for
    /// finding that checkpoint.
    init(_ catalog: Catalog, layersAboveCheckpoint layers: [SettingsLayer]) throws(UsageError) {
        try self.init(catalog, stack: try Self.stack(catalog, layers), refusingUnread: false)
    }

    /// The layers, above the recipe if one of them names one.
    private static func stack(
        _ catalog: Catalog, _ layers: [SettingsLayer]
    ) throws(UsageError) -> [SettingsLayer] {
        let name = layers.compactMap { $0["recipe"]?.value }.last?.stringValue
        guard let recipe = catalog.recipes.first(where: { $0.name == name }) else { return layers }
        var values = try SettingsLayer(
            recipe.values, from: "recipe \(recipe.name)", settings: catalog.settings)
        values.isRecord = true
        return [values] + layers
    }

    private init(
        _ catalog: Catalog, stack: [SettingsLayer], refusingUnread: Bool
    ) throws(UsageError) {
        func choice(_ key: String) -> String? { stack.compactMap { $0[key]?.value }.last?.stringValue }
        self.init(
            catalog, model: catalog.models.first { $0.name == choice("model") },
            optimizer: catalog.optimizers.first { $0.name == choice("optimizer") },
            schedule: catalog.schedules.first { $0.name == choice("schedule") }, data: choice("data"))
        for layer in stack {
            for entry in layer.entries where !Self.choices.contains(entry.key) {
                guard let field = catalog.fields.first(where: { $0.setting.key == entry.key }) else {
                    preconditionFailure("no field for the setting '\(entry.key)'")
                }
                if field.isRead(self) {
                    field.set(&self, entry.value)
                } else if refusingUnread && !layer.isRecord {
                    throw unread(entry, field)
                }
            }
        }
    }

    /// The keys of what decides which settings are read.
    private static let choices = ["model", "optimizer", "schedule", "data"]

    /// A setting that what is chosen does not read.
    private func unread(_ entry: SettingsLayer.Entry, _ field: Field<Configuration>) -> UsageError {
        let key = entry.key
        func reads(_ settings: [OwnSetting]) -> Bool { settings.contains { $0.setting.key == key } }
        let choices: [(flag: String, chosen: String, readers: [String])] = [
            ("--model", model.name, catalog.models.filter { reads($0.settings) }.map(\.name)),
            ("--optimizer", optimizer.name, catalog.optimizers.filter { reads($0.settings) }.map(\.name)),
            ("--schedule", schedule.name, catalog.schedules.filter { reads($0.settings) }.map(\.name)),
            ("--data", data, catalog.data.filter { reads($0.settings) }.map(\.name)),
        ]
        let (flag, chosen, readers) = choices.first { !$0.readers.isEmpty } ?? ("", "", [])
        return UsageError(
            "\(entry.origin): read only with \(flag) \(readers.joined(separator: ", ")), not with \(chosen)",
            hint: "Leave it out, or choose another \(flag).")
    }

    /// Every setting that is read, in the table's order.
    public var fullJSON: JSONObject { json { _ in true } }

    /// The settings that describe the run and not this invocation of it: `config.json`, also inside
    /// checkpoints.
    ///
    /// `--config config.json` repeats the run; nothing here depends on the machine, the paths or the number
    /// of processes.
    public var trajectoryJSON: JSONObject { json(\.isReproducible) }

    private func json(_ isIncluded: (Setting) -> Bool) -> JSONObject {
        JSONObject(
            catalog.fields.filter { isIncluded($0.setting) && $0.isRead(self) }
                .map { ($0.setting.key, $0.get(self)) })
    }
}
