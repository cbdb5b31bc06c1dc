import Datasets
import Formats
import Samples

extension SafeTensorsFile {
    /// The metadata that tells what the samples of a trained model look like.
    public static let sampleKey = "sample"

    /// What the samples look like that the parameters were trained on; nil where the file does not say.
    ///
    /// - Throws: `FileError.malformed` if it says something that is no shape.
    public var sampleShape: SampleShape? {
        get throws(FileError) {
            guard let text = metadata[Self.sampleKey] else { return nil }
            guard let json = try? JSON(parsing: Array(text.utf8)), let shape = SampleShape(json: json) else {
                throw FileError(
                    .malformed, path, "expected the shape of samples as '\(Self.sampleKey)', found \(text)",
                    advice: "name a model.safetensors or a checkpoint that this program wrote")
            }
            return shape
        }
    }
}
