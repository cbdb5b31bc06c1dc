import Glibc
import Synchronization

/// Memory in which the processes of a host show each other their ranks, whatever else they do: a file that never has a
/// name, so that nothing is left of it however the job ends.
///
/// `@unchecked Sendable`: all that is in it is atomic, and a rank's process alone writes what is the rank's.
final class SharedSightings: @unchecked Sendable {
    private static let numbersPerRank = 8  // a cache line
    private static let withoutName: Int32 = 0o20_200_000  // O_TMPFILE, which Swift does not import

    /// The open file, until the others have opened it.
    private var file: Int32
    private let byteCount: Int
    private let numbers: UnsafeMutablePointer<Atomic<Int>>

    /// Makes the file, for so many ranks.
    ///
    /// - Parameter job: a number that no other job has.
    init?(creatingFor ranks: Int, job: Int) {
        byteCount = Self.byteCount(ranks)
        var file: Int32 = -1
        for folder in ["/dev/shm", "/tmp"] where file < 0 {
            file = open(folder, O_RDWR | O_CLOEXEC | Self.withoutName, 0o600)
            // Memory that is not there would be missed only when it is written.
            if file >= 0, posix_fallocate(file, 0, off_t(byteCount)) != 0 {
                close(file)
                file = -1
            }
        }
        guard file >= 0, let memory = Self.map(file, byteCount) else { return nil }
        (self.file, numbers) = (file, memory)
        numbers[0].store(job, ordering: .relaxed)
    }

    /// The file that another process of this host has made and still has open.
    init?(ofProcess process: Int, descriptor: Int, ranks: Int, job: Int) {
        byteCount = Self.byteCount(ranks)
        let file = open("/proc/\(process)/fd/\(descriptor)", O_RDWR | O_CLOEXEC)
        var status = stat()
        guard file >= 0 else { return nil }
        defer { close(file) }
        // Where processes are counted apart, it may be any other.
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size == byteCount,
            let memory = Self.map(file, byteCount)
        else { return nil }
        (self.file, numbers) = (-1, memory)
        guard numbers[0].load(ordering: .relaxed) == job else { return nil }
    }

    deinit {
        munmap(numbers, byteCount)
        closeFile()
    }

    private static func byteCount(_ ranks: Int) -> Int {
        (1 + ranks) * numbersPerRank * MemoryLayout<Atomic<Int>>.stride
    }

    private static func map(_ file: Int32, _ byteCount: Int) -> UnsafeMutablePointer<Atomic<Int>>? {
        guard let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
            memory != MAP_FAILED
        else { return nil }
        return memory.bindMemory(
            to: Atomic<Int>.self, capacity: byteCount / MemoryLayout<Atomic<Int>>.stride)
    }

    /// Where other processes find it.
    var descriptor: Int { Int(file) }

    /// All that will open it have.
    func closeFile() {
        if file >= 0 { close(file) }
        file = -1
    }

    /// A rank as its process last showed it; of one that did not, no rounds.
    subscript(rank: Int) -> Sighting {
        get {
            let own = numbers + (1 + rank) * Self.numbersPerRank
            return Sighting(
                beats: own[0].load(ordering: .relaxed), place: Place(bits: own[1].load(ordering: .relaxed)),
                milliseconds: own[2].load(ordering: .relaxed), rounds: own[3].load(ordering: .relaxed))
        }
        set {
            let own = numbers + (1 + rank) * Self.numbersPerRank
            own[0].store(newValue.beats, ordering: .relaxed)
            own[1].store(newValue.place.bits, ordering: .relaxed)
            own[2].store(newValue.milliseconds, ordering: .relaxed)
            own[3].store(newValue.rounds, ordering: .relaxed)
        }
    }
}
