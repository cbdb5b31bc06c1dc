/// The rules of the safetensors header, in the order in which the reference reader checks them.
struct SafeTensorsHeader {
    let path: String

    /// Rules 1 to 3: a length, a sensible one, and as many bytes.
    func dataStart(of bytes: [UInt8]) throws(FileError) -> Int {
        guard let size = bytes.littleEndian(UInt64.self, at: 0) else {
            throw malformed("expected at least 8 bytes, found \(bytes.count)")
        }
        guard size <= UInt64(SafeTensors.maximumHeaderSize) else {
            try refuseWebPage(bytes, path: path)
            throw malformed(
                "expected a header of at most \(SafeTensors.maximumHeaderSize) bytes, found \(size)")
        }
        guard size <= UInt64(bytes.count - 8) else {
            throw malformed("cut short: expected a header of \(size) bytes, found \(bytes.count - 8)")
        }
        return 8 + Int(size)
    }

    /// Rule 4: strict JSON, an object, no key twice.
    func object(_ bytes: ArraySlice<UInt8>) throws(FileError) -> JSONObject {
        // `[0,0,…` takes two bytes a value in the file.
        try FileError.requireMemory(bytes.count * 32, path, "for its header")
        do throws(JSONError) {
            let value = try JSON(parsing: bytes)
            if let object = value.objectValue { return object }
            throw JSONError(offset: 0, reason: "expected an object, found \(value.kindDescription)")
        } catch {
            throw malformed("header: \(error)")
        }
    }

    /// Rule 6: strings only.
    func metadata(_ header: JSONObject) throws(FileError) -> [String: String] {
        guard let value = header["__metadata__"], !value.isNull else { return [:] }
        guard let object = value.objectValue else {
            throw malformed("__metadata__: expected an object, found \(value.kindDescription)")
        }
        var metadata: [String: String] = [:]
        for (key, value) in object.members {
            guard let text = value.stringValue else {
                throw malformed("__metadata__ '\(key)': expected a string, found \(value.kindDescription)")
            }
            metadata[key] = text
        }
        return metadata
    }

    /// Rules 5 and 7 to 9: whole entries whose bytes fill the data section without hole or overlap.
    func entries(_ header: JSONObject, dataSize: Int) throws(FileError) -> [SafeTensorsFile.Entry] {
        var entries: [SafeTensorsFile.Entry] = []
        for (name, value) in header.members where name != "__metadata__" {
            entries.append(try entry(name, value))
        }
        // Entries without bytes share a start; sorting by the end too puts them before the one with bytes.
        entries.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        var end = 0
        for entry in entries {
            guard entry.range.lowerBound == end else {
                throw malformed(
                    "tensor '\(entry.name)': expected to start at \(end), found \(entry.range.lowerBound): "
                        + "the data has a hole or an overlap")
            }
            end = entry.range.upperBound
        }
        guard end == dataSize else {
            throw malformed(
                "\(end > dataSize ? "cut short" : "too long"): expected \(end) bytes of data, found \(dataSize)"
            )
        }
        return entries
    }

    private func entry(_ name: String, _ value: JSON) throws(FileError) -> SafeTensorsFile.Entry {
        guard let fields = value.objectValue else {
            throw malformed("tensor '\(name)': expected an object, found \(value.kindDescription)")
        }
        guard let typeName = fields["dtype"]?.stringValue, let dtype = SafeTensors.DType(rawValue: typeName)
        else {
            throw malformed(
                "tensor '\(name)': expected a dtype like F32 or I64, found \(text(fields["dtype"]))")
        }
        guard let shape = sizes(fields["shape"]) else {
            throw malformed(
                "tensor '\(name)': expected a shape of non-negative integers, found \(text(fields["shape"]))")
        }
        let offsets = fields["data_offsets"]
        guard let range = sizes(offsets), range.count == 2, range[0] <= range[1] else {
            throw malformed("tensor '\(name)': expected data_offsets [begin, end], found \(text(offsets))")
        }
        guard let expected = byteCount(shape: shape, itemSize: dtype.size) else {
            throw malformed("tensor '\(name)': expected a size that fits in memory, found shape \(shape)")
        }
        guard range[1] - range[0] == expected else {
            throw malformed(
                "tensor '\(name)': \(dtype.rawValue) of shape \(shape) needs \(expected) bytes, "
                    + "its data_offsets give \(range[1] - range[0])")
        }
        return SafeTensorsFile.Entry(name: name, dtype: dtype, shape: shape, range: range[0]..<range[1])
    }

    private func sizes(_ value: JSON?) -> [Int]? {
        guard let elements = value?.arrayValue else { return nil }
        let sizes = elements.compactMap(\.intValue).filter { $0 >= 0 }
        return sizes.count == elements.count ? sizes : nil
    }

    private func text(_ value: JSON?) -> String { value?.text ?? "none" }

    private func malformed(_ reason: String) -> FileError {
        .malformed(path, reason, advice: "restore it from a copy, or use another checkpoint")
    }
}
