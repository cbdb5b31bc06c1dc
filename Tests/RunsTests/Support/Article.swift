import Formats

@testable import Runs

/// What the tests of runs train: what `trainer` does.
let article = Catalog(models: .article, recipes: [.seed])

extension Configuration {
    static let fields = article.fields
    static let settings = article.settings

    init(model: ModelDescriptor = .lstm, optimizer: OptimizerDescriptor? = nil) {
        self.init(article, model: model, optimizer: optimizer)
    }

    init(layers: [SettingsLayer]) throws(UsageError) { try self.init(article, layers: layers) }
}

extension SettingsLayer {
    init(_ json: JSON, from source: String) throws(UsageError) {
        try self.init(json, from: source, settings: article.settings)
    }

    init(environment: [String: String]) throws(UsageError) {
        try self.init(environment: environment, settings: article.settings)
    }

    init(configFile path: String) throws {
        try self.init(configFile: path, settings: article.settings)
    }
}
