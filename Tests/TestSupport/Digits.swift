extension TemporaryFolder {
    /// Writes a small data set in MNIST's format: ten blurred shapes with noise, balanced and learnable.
    ///
    /// - Returns: the data folder.
    @discardableResult
    public func writeDigits(
        _ name: String = "data", train: Int = 70, test: Int = 33, seed: UInt64 = 1
    ) throws -> String {
        var random = SplitMix(seed: seed)
        for (prefix, count) in [("train", train), ("t10k", test)] {
            let labels = (0..<count).map { UInt8($0 * 7 % 10) }
            let pixels = labels.flatMap { label in
                (0..<784).map { pixel -> UInt8 in
                    let isInk = pixel / 28 / 3 == Int(label) || pixel % 28 / 3 == Int(label)
                    return UInt8.random(in: isInk ? 150...255 : 0...60, using: &random)
                }
            }
            try write("\(name)/\(prefix)-images-idx3-ubyte", idx([count, 28, 28], pixels))
            try write("\(name)/\(prefix)-labels-idx1-ubyte", idx([count], labels))
        }
        return "\(path)/\(name)"
    }

    /// Writes a small data set in IDX files: images of a shape, each brighter the larger its class.
    ///
    /// - Returns: the data folder.
    @discardableResult
    public func writeImages(
        _ name: String, shape: [Int], classes: Int, train: Int = 60, test: Int = 20
    ) throws -> String {
        var random = SplitMix(seed: 1)
        for (prefix, count) in [("train", train), ("t10k", test)] {
            let labels = (0..<count).map { UInt8($0 % classes) }
            let pixels = labels.flatMap { label in
                (0..<shape.reduce(1, *)).map { _ in
                    UInt8.random(in: 0...55, using: &random) + label * UInt8(200 / classes)
                }
            }
            try write("\(name)/\(prefix)-images-idx\(shape.count + 1)-ubyte", idx([count] + shape, pixels))
            try write("\(name)/\(prefix)-labels-idx1-ubyte", idx([count], labels))
        }
        return "\(path)/\(name)"
    }
}
