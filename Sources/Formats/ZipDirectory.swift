/// Walks the central directory of a zip archive (PKWARE APPNOTE 4.3), checking every bound on the way.
struct ZipDirectory {
    private let bytes: [UInt8]
    private let path: String
    private let start: Int
    private let end: Int
    private var position: Int
    private var remaining: Int

    /// Finds the end record, which tells where the directory is and how many entries it has.
    init(of bytes: [UInt8], path: String) throws(FileError) {
        try refuseWebPage(bytes, path: path)
        guard let end = Self.endRecord(of: bytes) else {
            throw .malformed(path, "expected a zip archive, found no end-of-directory record")
        }
        // Those who can read the end record can read its 22 bytes.
        var fields = (
            count: Int(bytes.littleEndian(UInt16.self, at: end + 10)!),
            size: UInt64(bytes.littleEndian(UInt32.self, at: end + 12)!),
            start: UInt64(bytes.littleEndian(UInt32.self, at: end + 16)!)
        )
        var limit = end
        if fields.count == 0xFFFF || fields.size == 0xFFFF_FFFF || fields.start == 0xFFFF_FFFF,
            bytes.littleEndian(UInt32.self, at: end - 20) == 0x0706_4B50
        {
            guard let record = bytes.littleEndian(UInt64.self, at: end - 12), record <= UInt64(end),
                bytes.littleEndian(UInt32.self, at: Int(record)) == 0x0606_4B50,
                let count = bytes.littleEndian(UInt64.self, at: Int(record) + 32),
                count <= UInt64(bytes.count),
                let size = bytes.littleEndian(UInt64.self, at: Int(record) + 40),
                let start = bytes.littleEndian(UInt64.self, at: Int(record) + 48)
            else {
                throw .malformed(path, "expected a zip64 end record where its locator points, found none")
            }
            fields = (Int(count), size, start)
            limit = Int(record)
        }
        guard fields.start <= UInt64(limit), fields.size <= UInt64(limit) - fields.start else {
            throw .malformed(
                path, "expected the zip directory inside the file, found it past the end: cut short?")
        }
        self.bytes = bytes
        self.path = path
        start = Int(fields.start)
        self.end = start + Int(fields.size)
        position = start
        remaining = fields.count
    }

    /// The last end record whose comment reaches exactly to the end of the file.
    private static func endRecord(of bytes: [UInt8]) -> Int? {
        let last = bytes.count - 22
        guard last >= 0 else { return nil }
        return (max(0, last - 0xFFFF)...last).last { start in
            bytes.littleEndian(UInt32.self, at: start) == 0x0605_4B50
                && Int(bytes.littleEndian(UInt16.self, at: start + 20)!) == last - start
        }
    }

    /// The next entry, or nil after the last.
    mutating func next() throws(FileError) -> ZipArchive.Entry? {
        guard remaining > 0 else {
            guard position == end else {
                throw .malformed(path, "the zip directory has \(end - position) bytes more than its entries")
            }
            return nil
        }
        remaining -= 1
        guard position <= end - 46, let signature = bytes.littleEndian(UInt32.self, at: position),
            signature == 0x0201_4B50
        else { throw .malformed(path, "the zip directory is damaged at byte \(position)") }
        let nameLength = u16(28)
        let extraLength = u16(30)
        let nameStart = position + 46
        let next = nameStart + nameLength + extraLength + u16(32)
        guard next <= end else { throw .malformed(path, "the zip directory is damaged at byte \(position)") }
        let name = try checkedName(bytes[nameStart..<nameStart + nameLength])
        let isEncrypted = u16(8) & 1 == 1
        guard !isEncrypted else {
            throw .malformed(path, "entry '\(name)' is encrypted", advice: "save it without")
        }
        let method = u16(10)
        guard method == 0 || method == 8 else {
            throw .malformed(
                path,
                "entry '\(name)' uses compression method \(method), expected stored (0) or deflated (8)",
                advice: "save it with numpy.savez or numpy.savez_compressed")
        }
        let sizes = try wideFields(name, extra: nameStart + nameLength..<nameStart + nameLength + extraLength)
        let isDeflated = method == 8
        // The first comparison keeps the product of the second from overflowing.
        guard sizes.payload <= UInt64(bytes.count), sizes.content <= sizes.payload * UInt64(deflateRatio),
            isDeflated || sizes.content == sizes.payload, sizes.content <= 4 << 30
        else {
            throw .malformed(
                path,
                "entry '\(name)' declares \(sizes.content) bytes in \(sizes.payload): impossible or too large"
            )
        }
        let entry = ZipArchive.Entry(
            name: name, size: Int(sizes.content), isDeflated: isDeflated,
            checksum: bytes.littleEndian(UInt32.self, at: position + 16)!,
            payload: try payload(name, at: sizes.offset, size: Int(sizes.payload)))
        position = next
        return entry
    }

    private func u16(_ offset: Int) -> Int { Int(bytes.littleEndian(UInt16.self, at: position + offset)!) }

    private func checkedName(_ raw: ArraySlice<UInt8>) throws(FileError) -> String {
        guard let name = String(validating: raw, as: UTF8.self), !name.isEmpty, !name.utf8.contains(0) else {
            throw .malformed(path, "expected entry names in UTF-8, found bytes \(raw.prefix(32).hexadecimal)")
        }
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
            throw .malformed(path, "expected names inside the archive, found '\(name)'")
        }
        return name
    }

    /// Sizes and offset of the entry at `position`, from its zip64 extra field where the 32-bit ones are full.
    private func wideFields(
        _ name: String, extra: Range<Int>
    ) throws(FileError) -> (payload: UInt64, content: UInt64, offset: UInt64) {
        var wide = zip64Field(in: extra)
        var failure = false
        func field(at offset: Int) -> UInt64 {
            let narrow = bytes.littleEndian(UInt32.self, at: position + offset)!
            guard narrow == 0xFFFF_FFFF else { return UInt64(narrow) }
            guard wide.count >= 8, let value = bytes.littleEndian(UInt64.self, at: wide.lowerBound) else {
                failure = true
                return 0
            }
            wide = wide.dropFirst(8)
            return value
        }
        // The order of the extra field: content size, payload size, offset.
        let content = field(at: 24)
        let payload = field(at: 20)
        let offset = field(at: 42)
        if failure { throw .malformed(path, "entry '\(name)' lacks the zip64 sizes it refers to") }
        return (payload, content, offset)
    }

    private func zip64Field(in extra: Range<Int>) -> Range<Int> {
        var start = extra.lowerBound
        while start + 4 <= extra.upperBound {
            let length = Int(bytes.littleEndian(UInt16.self, at: start + 2)!)
            let end = start + 4 + length
            guard end <= extra.upperBound else { break }
            if bytes.littleEndian(UInt16.self, at: start) == 1 { return start + 4..<end }
            start = end
        }
        return extra.upperBound..<extra.upperBound
    }

    /// Where the bytes of an entry stand, which only its local header tells.
    private func payload(_ name: String, at offset: UInt64, size: Int) throws(FileError) -> Range<Int> {
        guard offset <= UInt64(start), bytes.littleEndian(UInt32.self, at: Int(offset)) == 0x0403_4B50,
            let nameLength = bytes.littleEndian(UInt16.self, at: Int(offset) + 26).map(Int.init),
            let extraLength = bytes.littleEndian(UInt16.self, at: Int(offset) + 28).map(Int.init)
        else { throw .malformed(path, "entry '\(name)' has no local header where the directory points") }
        let nameStart = Int(offset) + 30
        let payloadStart = nameStart + nameLength + extraLength
        guard payloadStart + size <= start, bytes[nameStart..<nameStart + nameLength].elementsEqual(name.utf8)
        else {
            throw .malformed(path, "entry '\(name)' does not match its local header, or reaches past its end")
        }
        return payloadStart..<payloadStart + size
    }
}
