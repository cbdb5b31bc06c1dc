/// All subjects, and which of them each case is of.
struct Subjects {
    let all: [any Subject]
    /// The place of the subject of each of a hundred cases.
    private let places: [Int]

    /// - Parameter sound: what `SoundFiles` wrote.
    init(sound: Folder, only: String? = nil) throws {
        let files = try SoundFiles(sound)
        all = [
            IDXFolder(), GzipFile(), ArchiveFolder(), CIFARFolder(), TensorFile(files), JSONText(files),
            Picture(),
            ModelOfAFile(files), CheckpointOfAFile(files), ResealedCheckpoint(files),
            ConfigurationFile(files),
            RunOfAFolder(files),
        ]
        places = all.enumerated().flatMap { place, subject in
            [Int](repeating: place, count: only.map { $0 == subject.name ? 1 : 0 } ?? subject.share)
        }
        guard !places.isEmpty else { throw Failure("there is no subject '\(only ?? "")'") }
    }

    func subject(ofCase number: Int) -> (place: Int, any Subject) {
        let place = places[number * 37 % places.count]  // they take turns
        return (place, all[place])
    }
}
