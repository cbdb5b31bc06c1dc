import CCrypto

/// SHA-256 (FIPS 180-4) of bytes that arrive in pieces, computed by libcrypto.
public struct SHA256: ~Copyable {
    private let context: OpaquePointer

    public init() {
        context = EVP_MD_CTX_new()
        check(EVP_DigestInit_ex(context, EVP_sha256(), nil))
    }

    deinit { EVP_MD_CTX_free(context) }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
    }

    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The 32 bytes of the digest; the hasher is used up.
    public consuming func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            check(EVP_DigestFinal_ex(context, buffer.baseAddress, nil))
            count = 32
        }
    }

    /// The 32 bytes of the digest of what came so far; more may follow.
    public func snapshot() -> [UInt8] {
        let copy = SHA256()
        check(EVP_MD_CTX_copy_ex(copy.context, context))
        return copy.finalize()
    }

    /// The digest of one buffer, as 64 hexadecimal digits.
    public static func hex(of bytes: UnsafeRawBufferPointer) -> String {
        var hasher = SHA256()
        hasher.update(bytes)
        return hasher.finalize().hexadecimal
    }

    /// The digest of one array, as 64 hexadecimal digits.
    public static func hex(of bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { hex(of: $0) }
    }
}

/// libcrypto fails here only for want of memory.
private func check(_ status: Int32) {
    precondition(status == 1, "SHA-256: libcrypto answered \(status), expected 1")
}

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits for every byte.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
