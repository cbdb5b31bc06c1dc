import Determinism
import Formats
import Training

/// `certificate.json`: what a finished run was made of and came to, as hashes: who has the same configuration, data and
/// program gets the same of every evaluation, on any number of processes.
struct Certificate {
    /// SHA-256 of each file of the run.
    let files: [(name: String, hash: String)]
    let data: String
    /// Of the program itself.
    let executable: String
    let marks: [RecordedRun.Mark]

    /// - Throws: `FileError` if a file of the run cannot be read.
    init(of folder: RunFolder, data: String) throws {
        files = try [folder.config, folder.metrics, folder.model].map {
            (String($0.dropFirst(folder.path.count + 1)), SHA256.hex(of: try Files.read($0)))
        }
        self.data = data
        executable = SHA256.hex(of: try Files.read("/proc/self/exe"))
        marks = try RecordedRun.marks(in: folder)
    }

    var json: JSON {
        let marks = marks.map { mark -> JSON in
            ["step": .integer(mark.step), "state_sha256": .string(mark.hash)]
        }
        return .object(
            JSONObject(
                [
                    ("lockstep", .string(lockstepVersion)), ("arithmetic", .integer(arithmeticVersion)),
                    ("executable_sha256", .string(executable)), ("data_sha256", .string(data)),
                ] + files.map { ("\($0.name)", .string($0.hash)) } + [("evaluations", .array(marks))]))
    }

    /// Whether the files of a folder are those that its certificate tells of, in words; nil where there is none.
    ///
    /// - Throws: `FileError` if the certificate cannot be read.
    static func findings(in folder: RunFolder) throws -> (words: String, isSound: Bool)? {
        guard Files.exists(folder.certificate) else { return nil }
        guard let known = try? JSON(parsing: Files.read(folder.certificate, limit: 1 << 28)) else {
            return ("is no JSON", false)
        }
        let now = try Certificate(of: folder, data: known["data_sha256"]?.stringValue ?? "")
        let others = now.files.filter { known[$0.name]?.stringValue != $0.hash }.map(\.name)
        return others.isEmpty
            ? ("the files are those that certificate.json tells of", true)
            : ("not as certificate.json tells: \(others.joined(separator: ", "))", false)
    }
}
