import Formats
import Samples

/// The two parts that a data set is published in.
public enum DataHalf: Sendable {
    case train
    case test
}

/// A way in which a folder can hold a data set.
///
/// To add one: a file beside this one, and a line in `standard` below; a program of yours hands its own to its catalog,
/// `formats: .standard + [Mine()]`.
public protocol DataFormat: Sendable {
    /// What such a folder holds, for messages and help: "the files of CIFAR-10".
    var contents: String { get }

    /// Looks for the files of some halves, by their names alone where it can.
    ///
    /// - Throws: `FileError.malformed` for a file that must be read to know what is in it, and cannot be.
    func search(_ folder: String, for halves: [DataHalf]) throws(FileError) -> DataSearch
}

extension [any DataFormat] {
    /// The formats that every program reads, in the order they are looked for.
    public static let standard: [any DataFormat] = [
        IDXImages(),
        .cifar10,
        NumPyArchive(),
        .cifar100,
    ]

    /// What a folder may hold, for messages and help.
    public var contents: String { map(\.contents).joined(separator: "; or ") }
}

/// What a format finds in a folder.
public enum DataSearch {
    case found(any DataFiles)
    /// Some of the files are there, others are not.
    case incomplete(missing: [String])
    case absent
}

/// The files of a data set.
public protocol DataFiles {
    /// Reads the halves that were searched for.
    ///
    /// - Parameter classes: how many there are, where it is known otherwise: the labels of the test half alone need not
    ///   show all of them.
    /// - Returns: the halves in the order given, all of one shape.
    /// - Throws: `FileError`: `.malformed` for anything that the format does not allow.
    func load(_ halves: [DataHalf], classes: Int?) throws(FileError) -> [any SampleSource]
}

/// A folder that holds a data set in one of the formats known.
public enum DataFolder {
    /// Reads both halves.
    ///
    /// - Parameter formats: those to look for, in this order.
    /// - Throws: `FileError`: `.missing` where the folder or a file is not there, `.malformed` for files that are not what
    ///   their format promises, and for data of which nothing can be learned.
    public static func load(
        _ folder: String, in formats: [any DataFormat] = .standard
    ) throws(FileError) -> (train: any SampleSource, test: any SampleSource) {
        let halves = try read(folder, [.train, .test], classes: nil, formats)
        return (halves[0], halves[1])
    }

    /// Reads the test half, for a network made for samples of `shape`; the other half need not be there.
    public static func loadTest(
        _ folder: String, for shape: SampleShape, in formats: [any DataFormat] = .standard
    ) throws(FileError) -> any SampleSource {
        try read(folder, [.test], classes: shape.classes, formats)[0]
    }

    private static func read(
        _ folder: String, _ halves: [DataHalf], classes: Int?, _ formats: [any DataFormat]
    ) throws(FileError) -> [any SampleSource] {
        let expectation = "expected " + formats.contents
        guard Files.exists(folder) else { throw missing(folder, "no such folder; \(expectation)") }
        guard Files.isDirectory(folder) else {
            throw missing(folder, "expected a folder, found a file; \(expectation)")
        }
        var lacking: [String]?
        for format in formats {
            switch try format.search(folder, for: halves) {
            case .found(let files): return try files.load(halves, classes: classes)
            case .incomplete(let names): lacking = lacking ?? names
            case .absent: break
            }
        }
        if let lacking { throw missing(folder, "found no \(lacking.joined(separator: ", "))") }
        throw missing(folder, "\(expectation); found none of them")
    }

    private static func missing(_ folder: String, _ reason: String) -> FileError {
        FileError(
            .missing, folder, reason,
            advice: "run scripts/fetch-mnist \(folder), or pass --data with another folder")
    }
}
