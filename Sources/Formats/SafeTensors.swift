/// The safetensors format: a JSON header that names the tensors, then their bytes.
///
///     N: u64 little-endian | N bytes of JSON, padded with spaces | tensors, C order, little-endian
public enum SafeTensors {
    /// Element types by the format's own names.
    public enum DType: String, Sendable, CaseIterable {
        case bool = "BOOL"
        case uint8 = "U8"
        case int8 = "I8"
        case float8e5m2 = "F8_E5M2"
        case float8e4m3 = "F8_E4M3"
        case float8e8m0 = "F8_E8M0"
        case float8e4m3fnuz = "F8_E4M3FNUZ"
        case float8e5m2fnuz = "F8_E5M2FNUZ"
        case int16 = "I16"
        case uint16 = "U16"
        case float16 = "F16"
        case bfloat16 = "BF16"
        case int32 = "I32"
        case uint32 = "U32"
        case float32 = "F32"
        case float64 = "F64"
        case int64 = "I64"
        case uint64 = "U64"
        case complex64 = "C64"

        /// Bytes of one element.
        public var size: Int {
            switch self {
            case .bool, .uint8, .int8, .float8e5m2, .float8e4m3, .float8e8m0, .float8e4m3fnuz,
                .float8e5m2fnuz:
                1
            case .int16, .uint16, .float16, .bfloat16: 2
            case .int32, .uint32, .float32: 4
            case .float64, .int64, .uint64, .complex64: 8
            }
        }
    }

    /// The longest header that readers accept, in bytes.
    static let maximumHeaderSize = 100_000_000
}
