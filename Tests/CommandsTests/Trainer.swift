import Runs

@testable import Commands

/// The program whose command line is tested.
let trainer = TrainerCommand(name: "trainer", models: .article, recipes: [.seed])

extension Command {
    init(parsing arguments: [String], environment: [String: String]) throws(UsageError) {
        self = try trainer.parse(arguments, environment: environment)
    }
}
