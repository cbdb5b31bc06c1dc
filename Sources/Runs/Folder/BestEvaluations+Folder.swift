import Formats
import Training

extension BestEvaluations {
    /// Those that a folder's metrics tell of and whose checkpoints are there: what a run that goes on there begins with.
    ///
    /// - Throws: `FileError` if the metrics cannot be read.
    convenience init(of folder: RunFolder) throws(FileError) {
        self.init()
        guard Files.exists(folder.metrics) else { return }
        for line in try Files.read(folder.metrics).split(separator: UInt8(ascii: "\n")) {
            guard let json = try? JSON(parsing: Array(line)), let step = json["step"]?.intValue,
                json["kind"]?.stringValue == Event.eval.rawValue, let loss = json["loss"]?.doubleValue,
                folder.checkpoints.holds(step: step)
            else { continue }
            note(step: step, accuracy: json["accuracy"]?.doubleValue, loss: loss)
        }
    }
}
