import Formats
import Kernels

/// The SHA-256 in a safetensors file's metadata that vouches for all of it: every text of the header, the tensors' names,
/// types and shapes in the order of their bytes, and those bytes. No bit of a sealed file changes unseen.
public enum Seal {
    /// Where it stands in the metadata.
    static let key = "content_sha256"

    /// A file of these tensors, sealed.
    public static func encode(
        _ tensors: [(name: String, shape: [Int], values: SafeTensors.Values)], _ metadata: [String: String]
    ) -> [UInt8] {
        let ordered = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var metadata = metadata
        metadata["format"] = "pt"
        metadata[key] = digest(
            metadata, ordered.map { ($0.name, .float32, $0.shape) }, SafeTensors.dataSHA256(of: tensors))
        return SafeTensors.encode(tensors, metadata: metadata)
    }

    private static func digest(
        _ metadata: [String: String], _ tensors: [(name: String, dtype: SafeTensors.DType, shape: [Int])],
        _ dataSHA256: String
    ) -> String {
        let texts = metadata.filter { $0.key != key }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)\n" }
        let headings = tensors.map { "\($0.name) \($0.dtype.rawValue) \($0.shape)\n" }
        return SHA256.hex(of: Array((texts + headings + [dataSHA256]).joined().utf8))
    }

    /// - Parameter seal: what the file's metadata says.
    /// - Throws: `FileError.malformed` if the file's content is not what the seal vouches for.
    static func require(_ seal: String, of file: SafeTensorsFile, advice: String) throws(FileError) {
        let found = digest(
            file.metadata, file.entries.map { ($0.name, $0.dtype, $0.shape) }, file.dataSHA256)
        guard found == seal else {
            throw FileError(
                .malformed, file.path,
                "the content's SHA-256 should be \(seal.prefix(12))…, found \(found.prefix(12))…: it is damaged",
                advice: advice)
        }
    }
}

extension SafeTensorsFile {
    /// The metadata that tells which run wrote the file.
    public static let runKey = "run_id"

    /// Whether the file is sealed; then it is proven whole.
    ///
    /// - Throws: `FileError.malformed` if a bit of it has changed.
    public func proveSeal() throws(FileError) -> Bool {
        let advice = "copy it again, or evaluate a checkpoint of its run"
        if let seal = metadata[Seal.key] {
            try Seal.require(seal, of: self, advice: advice)
            return true
        }
        // What tells its run was sealed too: then the seal's name is what has changed.
        guard metadata[Self.runKey] == nil else {
            throw FileError(
                .malformed, path, "expected '\(Seal.key)' in its metadata, found none: it is damaged",
                advice: advice)
        }
        return false
    }

    /// Makes sure that every value of its floating-point tensors is a finite number.
    ///
    /// - Throws: `FileError.malformed` naming the first tensor with another.
    public func requireFinite(advice: String) throws(FileError) {
        for entry in entries where Self.floatingPoint.contains(entry.dtype) {
            let values = try floats(entry.name)
            // A sum of squares of finite floats is a finite Double.
            let isFinite = values.withUnsafeBufferPointer { values in
                values.baseAddress.map {
                    kernels.sumOfSquares(values.count, Floats(mutating: $0)).isFinite
                } ?? true
            }
            if isFinite { continue }
            let place = values.firstIndex { !$0.isFinite } ?? 0
            throw FileError(
                .malformed, path,
                "'\(entry.name)' holds \(values[place]) at place \(place), where finite numbers belong",
                advice: advice)
        }
    }

    private static let floatingPoint: Set<SafeTensors.DType> = [.float32, .float64, .float16, .bfloat16]
}
