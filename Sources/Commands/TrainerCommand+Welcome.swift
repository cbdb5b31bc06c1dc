import Formats
import Runs

extension TrainerCommand {
    /// Eight lines for someone who starts the program without anything: what it is, how to get data, how to begin. Nil where
    /// arguments or data are there.
    func welcome(_ arguments: [String], environment: [String: String]) -> String? {
        let asked = environment["TRAINER_DATA"].flatMap { $0.isEmpty ? nil : $0 }
        let data = asked ?? catalog.defaultData
        guard arguments.isEmpty, catalog.data.isEmpty, !Files.exists(data) else { return nil }
        func item(_ term: String, _ meaning: String) -> String {
            term + String(repeating: " ", count: max(1, 14 - term.count)) + meaning
        }
        let lines =
            HelpPage.wrap(summary, width: HelpPage.columns) + [
                "There is no data in \(data): nothing was trained.",
                item("Get MNIST:", "scripts/fetch-mnist, or name a folder with --data DIR"),
                item("Train:", "\(name) --data \(data)"),
                item("4 processes:", "mpirun -np 4 \(name) --data \(data)"),
                item("Networks:", catalog.models.map(\.name).joined(separator: " ")),
                item("More:", "\(name) -h (one page), \(name) --help (everything)"),
            ]
        return lines.joined(separator: "\n")
    }
}
