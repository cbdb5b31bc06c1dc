/// A network, or something else made for samples of one kind, that cannot take those there are.
public struct UnsuitableShape: Error, Equatable, CustomStringConvertible {
    /// Such as "lstm".
    public let name: String
    /// What it can take, such as "sequences [time, features] or images, and one class".
    public let need: String
    public let found: SampleShape

    public init(_ name: String, need: String, found: SampleShape) {
        self.name = name
        self.need = need
        self.found = found
    }

    public var description: String { "\(name) needs \(need), but these samples are \(found)" }
}
