import Formats
import Samples
import Training

/// The confusion matrix of an evaluation as a file: a table of comma-separated values with headings, or a NumPy array
/// `[true class, predicted class]` of 64-bit integers.
public struct ConfusionFile: Equatable, Sendable {
    public let path: String
    private let isArray: Bool

    /// - Throws: `UsageError` unless the name tells which of the two.
    public init(path: String) throws(UsageError) {
        guard path.hasSuffix(".csv") || path.hasSuffix(".npy") else {
            throw UsageError(
                "option '--confusion': expected a name that ends in .csv or .npy, found '\(path)'")
        }
        self.path = path
        isArray = path.hasSuffix(".npy")
    }

    /// - Throws: `FileError.cannotCreate` if the file is there already.
    func requireNew() throws(FileError) {
        guard Files.exists(path) else { return }
        throw FileError(
            .cannotCreate, path, "is there already and would be overwritten",
            advice: "choose another --confusion, or remove it")
    }

    /// Makes sure that there is a matrix to write.
    static func require(_ matrix: ConfusionMatrix?, of shape: SampleShape) throws(UsageError) {
        guard matrix == nil else { return }
        let reason =
            shape.classes > ConfusionMatrix.mostClasses
            ? "\(shape.classes) classes are too many for it, which has at most \(ConfusionMatrix.mostClasses)"
            : "the model tells no classes"
        throw UsageError("option '--confusion': there is no confusion matrix: \(reason)")
    }

    func publish(_ matrix: ConfusionMatrix, classNames: [String]?) throws(FileError) {
        guard !isArray else {
            return try Files.publish(
                path, NPY.encode(matrix.counts, shape: [matrix.classes, matrix.classes]))
        }
        let names = classNames ?? (0..<matrix.classes).map { "\($0)" }
        let heading = (["true class"] + names).map(Self.cell).joined(separator: ",")
        let rows = names.enumerated().map { label, name in
            ([Self.cell(name)] + (0..<matrix.classes).map { "\(matrix[label, $0])" }).joined(separator: ",")
        }
        try Files.publish(path, Array(([heading] + rows).map { $0 + "\n" }.joined().utf8))
    }

    /// A text between commas: in quotes where it needs them (RFC 4180).
    private static func cell(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { ",\"\n\r".utf8.contains($0) }
        guard needsQuotes else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }
}
