import NN

extension OwnSetting {
    static func hiddenSize(_ usual: Int) -> OwnSetting {
        OwnSetting(
            "hidden_size", default: usual, .integer(1...65_536), "N", unit: "units",
            help: "width of a recurrent layer")
    }

    static let dropout = OwnSetting(
        "dropout", default: 0.0, .number(.decay.inSinglePrecision), "P", scope: .run,
        help: "share of the last layer's inputs that is set to zero in training")
}

extension ModelContext {
    var hiddenSize: Int { get throws(CatalogError) { try self["hidden_size"] } }

    var dropout: Dropout {
        get throws(CatalogError) {
            let share: Double = try self["dropout"]
            return Dropout(Float(share))
        }
    }
}
