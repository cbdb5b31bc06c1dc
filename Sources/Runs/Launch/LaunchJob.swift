import Formats
import Training

/// A run as its launcher knows it.
struct LaunchJob {
    let settings: LaunchSettings
    let folder: RunFolder
    /// Nil where they are not known; then the run itself will say why.
    let shards: Int?
    /// What the program is called.
    let program: String
    /// The executable's path, the same on every host.
    let executable: String
    /// What follows `train`.
    let arguments: [String]
    /// The file named by `--resume`, where one is.
    let resumesFile: Bool
    /// Seconds that the launcher may take; nil for any.
    let maxTime: Int?
    let isQuiet: Bool
    /// The launcher's own command line.
    let commandLine: String

    var prefix: String { "\(program) launch: " }

    /// The job's command line.
    ///
    /// - Parameters:
    ///   - isFirst: whether the run has yet to begin; a later start goes on from the run folder, whatever the first went on
    ///     from.
    ///   - seconds: since the launcher's start.
    func words(isFirst: Bool, after seconds: Double) -> [String] {
        let begins = isFirst || newestStep == 0
        let time = maxTime.map { ["--max-time", "\(max(1, $0 - Int(seconds)))"] } ?? []
        return [executable, "train"] + arguments + (resumesFile && begins ? [] : ["--resume", "auto"]) + time
    }

    var status: RunStatus? { RunStatus(of: folder) }

    /// The step of the newest checkpoint; 0 where there is none.
    var newestStep: Int { (try? folder.checkpoints.steps().first) ?? 0 }

    /// "step 40 of 100, the newest checkpoint being of step 35".
    var placeText: String {
        let newest = newestStep
        let checkpoint =
            newest > 0 ? "the checkpoint of step \(newest)" : "the start: there is no checkpoint yet"
        guard let step = lastStep, step > newest else { return checkpoint }
        return "\(checkpoint); step \(step) was the last that was told"
    }

    /// The last step that the run told of.
    private var lastStep: Int? {
        let line = (try? Files.read(folder.timing))?.split(separator: UInt8(ascii: "\n")).last
        let told = line.flatMap { try? JSON(parsing: Array($0)) }?["step"]?.intValue
        return [told, status?.step].compactMap { $0 }.max()
    }
}
