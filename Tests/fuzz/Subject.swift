/// One kind of input: how it is damaged, and what the program does with it.
protocol Subject: Sendable {
    var name: String { get }
    /// How many of a hundred inputs are of this kind.
    var share: Int { get }
    /// The statuses it may end with, besides 0.
    var statuses: Set<Int32> { get }
    /// Writes the damaged input into an empty folder.
    func write(_ damage: inout Damage, into folder: Folder) throws
    /// Does with it what the program does; what it throws has a status.
    func read(_ folder: Folder) throws
}

extension Subject {
    /// Usage, bad data, missing input, memory that cannot be had.
    var statuses: Set<Int32> { [64, 65, 66, 71] }
}
