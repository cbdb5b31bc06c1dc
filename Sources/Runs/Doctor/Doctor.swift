import Datasets
import Formats
import Training

/// The verb `doctor`: examines this machine for what training needs.
public struct Doctor {
    let catalog: Catalog
    /// The data to look at; nil for none.
    let data: String?
    /// The run folder, there or not; nil for none.
    let runDir: String?
    let environment: [String: String]
    let clock: Clock

    public init(
        _ catalog: Catalog, data: String?, runDir: String?, environment: [String: String],
        clock: Clock = .system
    ) {
        (self.catalog, self.data, self.runDir) = (catalog, data, runDir)
        (self.environment, self.clock) = (environment, clock)
    }

    /// Everything that was looked at, in an order that is always the same.
    public func examine() -> [Finding] {
        [processor(), cores()] + memory() + limits() + [mpi(), products()] + [remoteShell(), network()]
            + runFolder() + dataFindings()
    }

    private func dataFindings() -> [Finding] {
        guard let data else { return [] }
        let topic = "data"
        do {
            var configuration = Configuration(catalog)
            configuration.data = data
            let found = try configuration.loadData()
            try found.train.requireUsable(as: "training samples")
            try found.test.requireUsable(as: "test samples")
            return [
                .ok(
                    topic,
                    "\(data): \(found.train.count) + \(found.test.count) samples of \(found.train.shape), SHA-256 "
                        + found.digest)
            ]
        } catch let error as FileError {
            return [.error(topic, "\(error.path): \(error.reason)", advice: error.advice)]
        } catch {
            return [.error(topic, "\(data): \(error)", advice: "name another folder with --data")]
        }
    }
}

extension [Finding] {
    /// What to end with: trouble with the machine, where there is any.
    public var exitStatus: ExitStatus { contains { $0.level == .error } ? .environment : .done }
}
