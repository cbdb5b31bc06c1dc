import Formats

extension SafeTensorsFile {
    /// Makes sure that the file holds tensors of these names and shapes, before memory is taken for them.
    ///
    /// - Parameter allowingOthers: whether the file may hold more than those.
    /// - Throws: `FileError.malformed` naming the tensor that is missing, of another shape, or too many.
    public func require(
        _ tensors: [(name: String, shape: [Int])], allowingOthers: Bool = false
    ) throws(FileError) {
        for (name, shape) in tensors {
            guard let entry = entry(named: name) else {
                throw FileError(
                    .malformed, path, "the model has '\(name)', which is not in the file",
                    advice: "was it trained with another --model or --optimizer?")
            }
            guard entry.shape == shape else {
                throw FileError(
                    .malformed, path, "'\(name)' is \(entry.shape) in the file but \(shape) in the model",
                    advice: "was it trained with another --hidden-size?")
            }
        }
        if allowingOthers { return }
        let names = Set(tensors.map(\.name))
        if let extra = entries.first(where: { !names.contains($0.name) }) {
            throw FileError(
                .malformed, path, "'\(extra.name)' is in the file but not in the model",
                advice: "was it trained with another --model or --optimizer?")
        }
    }

    /// Copies every named tensor out of the file.
    ///
    /// - Parameter allowingOthers: whether the file may hold more than those.
    /// - Throws: `FileError.malformed` naming the tensor that is missing, of another shape, or too many.
    public func copy(
        _ tensors: [(name: String, shape: [Int], values: UnsafeMutableBufferPointer<Float>)],
        allowingOthers: Bool = false
    ) throws(FileError) {
        try require(tensors.map { ($0.name, $0.shape) }, allowingOthers: allowingOthers)
        for tensor in tensors { _ = tensor.values.update(from: try floats(tensor.name)) }
    }
}
