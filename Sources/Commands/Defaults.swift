import Runs

extension Catalog {
    /// A setting's default for `--help`, with the models and optimizers whose default differs: "0.1; perceptron: 0.05"; of one that
    /// only some read, with all of those.
    func defaultText(of field: Field<Configuration>) -> String {
        let key = field.setting.key
        let kinds: [[(name: String, settings: [OwnSetting], defaults: Configuration)]] = [
            models.map { ($0.name, $0.settings, Configuration(self, model: $0)) },
            optimizers.map { ($0.name, $0.settings, Configuration(self, optimizer: $0)) },
            schedules.map { ($0.name, $0.settings, Configuration(self, schedule: $0)) },
            data.map { ($0.name, $0.settings, Configuration(self, data: $0.name)) },
        ]
        for kind in kinds {
            let readers = kind.filter { $0.settings.contains { $0.setting.key == key } }
            guard readers.isEmpty else {
                let texts = readers.map { ($0.name, field.text(in: $0.defaults)) }
                // A network may be tuned for another value than is usual for its optimizer.
                let tuned = models.filter { model in
                    !readers.contains { $0.name == model.name }
                        && Configuration(self, model: model).reads(key)
                }.map { ($0.name, field.text(in: Configuration(self, model: $0))) }
                    .filter { model in !texts.contains { $0.1 == model.1 } }
                return Self.grouped(texts + tuned).joined(separator: "; ")
            }
        }
        let usual = field.text(in: Configuration(self))
        let models = models.map { ($0.name, field.text(in: Configuration(self, model: $0))) }
        let optimizers = optimizers.map { ($0.name, field.text(in: Configuration(self, optimizer: $0))) }
        let others = (key == "model" ? [] : models) + (key == "optimizer" ? [] : optimizers)
        return ([usual] + Self.grouped(others.filter { $0.1 != usual })).joined(separator: "; ")
    }

    /// "rnn, gru: 100 units", for names with the same text.
    private static func grouped(_ pairs: [(name: String, text: String)]) -> [String] {
        var texts: [String] = []
        for pair in pairs where !texts.contains(pair.text) { texts.append(pair.text) }
        return texts.map { text in
            pairs.filter { $0.text == text }.map(\.name).joined(separator: ", ") + ": \(text)"
        }
    }
}
