/// The size of an image.
public struct ImageSize: Equatable, Sendable {
    public let channels, rows, columns: Int

    public init(channels: Int = 1, rows: Int, columns: Int) {
        (self.channels, self.rows, self.columns) = (channels, rows, columns)
    }
}

extension SampleShape {
    /// The size of a sample's image: a grey one, `[rows, columns]`, has one channel; nil where samples are no images.
    public var image: ImageSize? {
        switch input.count {
        case 2: ImageSize(rows: input[0], columns: input[1])
        case 3: ImageSize(channels: input[0], rows: input[1], columns: input[2])
        default: nil
        }
    }
}
