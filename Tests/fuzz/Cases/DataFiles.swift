import Datasets
import Formats
import Samples
import TestSupport

/// Reads a folder of data as a run does, and looks at a sample of each half.
private func load(_ folder: Folder) throws {
    let halves = try DataFolder.load(folder.path)
    for half in [halves.train, halves.test] { _ = half.sample(half.count - 1) }
}

struct IDXFolder: Subject {
    let name = "IDX"
    let share = 14

    func write(_ damage: inout Damage, into folder: Folder) throws {
        let shape = damage.pick([[2, 2, 2], [2, 2], [3]])
        let size = shape.reduce(1, *)
        var files = [
            ("train-images-idx\(shape.count + 1)-ubyte", idx([3] + shape, (0..<3 * size).map { UInt8($0) })),
            ("train-labels-idx1-ubyte", idx([3], [0, 4, 2])),
            ("t10k-images-idx\(shape.count + 1)-ubyte", idx([2] + shape, (0..<2 * size).map { UInt8($0) })),
            ("t10k-labels-idx1-ubyte", idx([2], [1, 3])),
        ]
        let spoilt = Int.random(in: 0..<4, using: &damage.random)
        files[spoilt].1 = damage.bytes(files[spoilt].1)
        for (name, bytes) in files {
            // Behind a sound checksum, sometimes.
            let isZipped = damage.chance(3)
            try folder.write(isZipped ? name + ".gz" : name, isZipped ? gzipped(bytes) : bytes)
        }
    }

    func read(_ folder: Folder) throws { try load(folder) }
}

struct GzipFile: Subject {
    let name = "gzip"
    let share = 14

    func write(_ damage: inout Damage, into folder: Folder) throws {
        let size = damage.pick([0, 10, 300, 5000])
        let content = (0..<size).map { _ in damage.pick([0, 1, 200] as [UInt8]) }
        let members = (0..<damage.pick([1, 1, 2, 20])).flatMap { _ in gzipped(content) }
        try folder.write("a.gz", damage.bytes(members))
    }

    func read(_ folder: Folder) throws {
        _ = try Gzip.inflate(Files.read(folder("a.gz")), path: "a.gz")
    }
}

struct ArchiveFolder: Subject {
    let name = "npz"
    let share = 14

    func write(_ damage: inout Damage, into folder: Folder) throws {
        var arrays = [
            ("x_train", npy([3, 2, 2, 2], Array(0..<24))), ("y_train", npy([3], [0, 7, 2])),
            ("x_test", npy([2, 2, 2, 2], Array(0..<16))), ("y_test", npy([2], [1, 3])),
        ]
        let isArrayDamaged = damage.chance(2)
        if isArrayDamaged {
            let spoilt = Int.random(in: 0..<4, using: &damage.random)
            arrays[spoilt].1 = array(arrays[spoilt].1, &damage)
        }
        var archive = ZipWriter(isWide: damage.chance(3))
        for (name, bytes) in arrays { archive.add(name + ".npy", bytes, method: damage.pick([0, 8])) }
        try folder.write("a.npz", isArrayDamaged ? archive.bytes() : damage.bytes(archive.bytes()))
    }

    /// An array whose header is damaged as a text, or which is damaged as bytes.
    private func array(_ bytes: [UInt8], _ damage: inout Damage) -> [UInt8] {
        if damage.chance(2) { return damage.bytes(bytes) }
        let length = Int(bytes[8]) + 256 * Int(bytes[9])
        let header = damage.text(String(decoding: bytes[10..<10 + length], as: UTF8.self))
        let types = ["|u1", "<i8", ">u2", "<f4", "|b1", "int32", "<i1"]
        let typed = damage.chance(3) ? header.replacing("|u1", with: damage.pick(types)) : header
        return npy(header: String(typed.prefix(60_000)), Array(bytes[(10 + length)...]))
    }

    func read(_ folder: Folder) throws { try load(folder) }
}

struct CIFARFolder: Subject {
    let name = "CIFAR-10"
    let share = 6
    private static let names =
        "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n"

    func write(_ damage: inout Damage, into folder: Folder) throws {
        var files = (1...5).map { ("data_batch_\($0).bin", Self.record(UInt8($0))) }
        files += [("test_batch.bin", Self.record(9)), ("batches.meta.txt", Array(Self.names.utf8))]
        let spoilt = Int.random(in: 0..<files.count, using: &damage.random)
        files[spoilt].1 = damage.bytes(files[spoilt].1)
        for (name, bytes) in files { try folder.write(name, bytes) }
    }

    private static func record(_ label: UInt8) -> [UInt8] { [label] + [UInt8](repeating: 17, count: 3072) }

    func read(_ folder: Folder) throws { try load(folder) }
}

struct Picture: Subject {
    let name = "PNG"
    let share = 12

    func write(_ damage: inout Damage, into folder: Folder) throws {
        let (depth, color, bytes) = damage.pick(Self.kinds)
        let file = pngFile(
            depth: depth, color: color, interlaced: damage.chance(2),
            before: color == 3 ? [("PLTE", [0, 0, 0, 255, 255, 255])] : []
        ) { [UInt8](repeating: UInt8($0 * (depth < 8 || color == 3 ? 1 : 200)), count: bytes) }
        try folder.write("a.png", damage.chance(2) ? damage.bytes(file) : Self.resealed(file, &damage))
    }

    private static let kinds: [(depth: Int, color: UInt8, bytes: Int)] = [
        (8, 0, 1), (16, 0, 2), (8, 2, 3), (16, 2, 6), (8, 3, 1), (8, 4, 2), (8, 6, 4), (1, 0, 1), (4, 0, 1),
    ]

    /// One chunk damaged behind a sound checksum.
    private static func resealed(_ file: [UInt8], _ damage: inout Damage) -> [UInt8] {
        var chunks: [(type: String, content: [UInt8])] = []
        var place = 8
        while place + 12 <= file.count {
            let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            let type = String(decoding: file[place + 4..<place + 8], as: UTF8.self)
            chunks.append((type, Array(file[place + 8..<place + 8 + length])))
            place += 12 + length
        }
        let spoilt = Int.random(in: 0..<chunks.count, using: &damage.random)
        if chunks[spoilt].content.isEmpty || damage.chance(6) {
            chunks.insert(damage.pick(chunks), at: spoilt)
        } else {
            chunks[spoilt].content = damage.bytes(chunks[spoilt].content)
        }
        return Array(file[..<8]) + chunks.flatMap { pngChunk($0.type, $0.content) }
    }

    func read(_ folder: Folder) throws {
        _ = try DigitImages(path: folder("a.png"), for: .mnist)
    }
}
