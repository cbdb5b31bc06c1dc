extension SafeTensors {
    /// The elements of a tensor to be written.
    public enum Values: Equatable, Sendable {
        case float32([Float])
        case int64([Int64])

        var count: Int {
            switch self {
            case .float32(let values): values.count
            case .int64(let values): values.count
            }
        }

        var dtype: DType {
            switch self {
            case .float32: .float32
            case .int64: .int64
            }
        }

        /// As they stand in memory: every machine Swift is built for is little-endian, like the format.
        fileprivate func withUnsafeBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
            switch self {
            case .float32(let values): values.withUnsafeBytes(body)
            case .int64(let values): values.withUnsafeBytes(body)
            }
        }
    }

    /// The bytes of a safetensors file: the same tensors and metadata, in whatever order, always give the same bytes.
    ///
    /// The I64 tensors stand first, then the F32 ones, each by name; with the padded header every tensor is aligned.
    /// - Parameters:
    ///   - tensors: unique names, shapes and as many values as the shape has elements, in C order.
    ///   - metadata: written by key after `"format": "pt"`, which some readers require.
    public static func encode(
        _ tensors: [(name: String, shape: [Int], values: Values)], metadata: [String: String] = [:]
    ) -> [UInt8] {
        let ordered = inFileOrder(tensors)
        var header: JSONObject = ["__metadata__": .object(metadataObject(metadata))]
        var end = 0
        for tensor in ordered {
            precondition(
                !tensor.name.isEmpty && header[tensor.name] == nil,
                "a tensor needs a unique name, got \"\(tensor.name)\"")
            precondition(
                tensor.shape.reduce(1, *) == tensor.values.count,
                "tensor \"\(tensor.name)\" of shape \(tensor.shape) needs as many values, got \(tensor.values.count)"
            )
            let start = end
            end += tensor.values.count * tensor.values.dtype.size
            header[tensor.name] = [
                "dtype": .string(tensor.values.dtype.rawValue),
                "shape": .array(tensor.shape.map { .integer($0) }),
                "data_offsets": [.integer(start), .integer(end)],
            ]
        }
        return assemble(header: header, tensors: ordered.map(\.values), dataSize: end)
    }

    /// SHA-256 of the data section of a file of these tensors, as 64 hexadecimal digits.
    public static func dataSHA256(
        of tensors: [(name: String, shape: [Int], values: Values)]
    ) -> String {
        var hash = SHA256()
        for tensor in inFileOrder(tensors) { tensor.values.withUnsafeBytes { hash.update($0) } }
        return hash.finalize().hexadecimal
    }

    private static func inFileOrder(
        _ tensors: [(name: String, shape: [Int], values: Values)]
    ) -> [(name: String, shape: [Int], values: Values)] {
        tensors.sorted { a, b in
            let isWide = (a.values.dtype == .int64, b.values.dtype == .int64)
            return isWide.0 == isWide.1 ? precedes(a.name, b.name) : isWide.0
        }
    }

    /// Where the tensors' bytes start in an encoded file; the data section runs from there to the end.
    public static func dataStart(ofEncoded bytes: [UInt8]) -> Int {
        guard let size = bytes.littleEndian(UInt64.self, at: 0), size <= UInt64(bytes.count - 8) else {
            preconditionFailure("dataStart needs an encoded safetensors file, got \(bytes.count) other bytes")
        }
        return 8 + Int(size)
    }

    private static func assemble(header: JSONObject, tensors: [Values], dataSize: Int) -> [UInt8] {
        var json = Array(JSON.object(header).text.utf8)
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: -json.count & 7))
        precondition(
            json.count <= maximumHeaderSize,
            "a header needs at most \(maximumHeaderSize) bytes, got \(json.count)")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + json.count + dataSize)
        withUnsafeBytes(of: UInt64(json.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes += json
        for values in tensors { values.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }

    private static func metadataObject(_ metadata: [String: String]) -> JSONObject {
        var object: JSONObject = ["format": "pt"]
        for key in metadata.keys.sorted(by: precedes) where key != "format" {
            object[key] = .string(metadata[key]!)
        }
        return object
    }

    private static func precedes(_ a: String, _ b: String) -> Bool {
        a.utf8.lexicographicallyPrecedes(b.utf8)
    }
}
