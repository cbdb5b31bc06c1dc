import Formats

/// The two parts that MNIST is published in.
enum MNISTHalf {
    case train
    case test

    /// How the names of the IDX files start.
    var prefix: String { self == .train ? "train" : "t10k" }
    /// How the names of the NPZ arrays end.
    var suffix: String { self == .train ? "train" : "test" }
}

/// An array of bytes and where it was read, for messages.
struct ByteArray {
    let path: String
    let shape: [Int]
    let bytes: [UInt8]
}

/// Where a folder keeps MNIST.
enum MNISTSource {
    case idx(paths: [String: String])
    case npz(NPZ, path: String)

    /// Looks for everything the halves need: IDX files in the folder, then in `MNIST/raw` below it, then `mnist.npz`.
    init(folder: String, halves: [MNISTHalf]) throws(FileError) {
        guard Files.exists(folder) else {
            throw Self.missing(folder, "no such folder; \(Self.expectation(halves))")
        }
        guard Files.isDirectory(folder) else {
            throw Self.missing(folder, "expected a folder, found a file; \(Self.expectation(halves))")
        }
        let stems = Self.stems(halves)
        var mostFound: [String: String] = [:]
        for place in [folder, folder + "/MNIST/raw"] {
            let paths = Self.paths(of: stems, in: place)
            if paths.count == stems.count {
                self = .idx(paths: paths)
                return
            }
            if paths.count > mostFound.count { mostFound = paths }
        }
        let archive = folder + "/mnist.npz"
        if Files.exists(archive) {
            self = .npz(try NPZ(path: archive), path: archive)
            return
        }
        let lacking = stems.filter { mostFound[$0] == nil }.joined(separator: ", ")
        let found = mostFound.isEmpty ? "found none of them" : "found no \(lacking)"
        throw Self.missing(folder, "\(Self.expectation(halves)); \(found)")
    }

    func images(_ half: MNISTHalf) throws(FileError) -> ByteArray {
        try array(stem: "\(half.prefix)-images-idx3-ubyte", name: "x_\(half.suffix)")
    }

    func labels(_ half: MNISTHalf) throws(FileError) -> ByteArray {
        try array(stem: "\(half.prefix)-labels-idx1-ubyte", name: "y_\(half.suffix)")
    }

    private func array(stem: String, name: String) throws(FileError) -> ByteArray {
        switch self {
        case .idx(let paths):
            let path = paths[stem]!
            let array = try IDX.read(path)
            return ByteArray(path: path, shape: array.shape, bytes: array.bytes)
        case .npz(let archive, let path):
            let array = try archive.array(named: name)
            return ByteArray(path: "\(path)(\(name).npy)", shape: array.shape, bytes: array.bytes)
        }
    }

    private static func stems(_ halves: [MNISTHalf]) -> [String] {
        halves.flatMap { ["\($0.prefix)-images-idx3-ubyte", "\($0.prefix)-labels-idx1-ubyte"] }
    }

    /// The file of every stem that is there: plain before gzip, `train-images-idx3-ubyte` before
    /// `train-images.idx3-ubyte`.
    private static func paths(of stems: [String], in folder: String) -> [String: String] {
        var paths: [String: String] = [:]
        for stem in stems {
            let type = stem.suffix("idx3-ubyte".count)
            let dotted = "\(stem.dropLast(type.count + 1)).\(type)"
            let spellings = [stem, dotted, stem + ".gz", dotted + ".gz"]
            paths[stem] = spellings.map { "\(folder)/\($0)" }.first(where: Files.isRegularFile)
        }
        return paths
    }

    private static func expectation(_ halves: [MNISTHalf]) -> String {
        "expected \(stems(halves).joined(separator: ", ")) (plain or .gz) or mnist.npz"
    }

    private static func missing(_ folder: String, _ reason: String) -> FileError {
        FileError(
            .missing, folder, reason,
            advice: "run scripts/fetch-mnist \(folder), or pass --data with another folder")
    }
}
