/// What a sample of a data set looks like, and what there is to learn of it.
///
/// It comes from the data; networks adapt to it, and files of trained models record it.
public struct SampleShape: Equatable, Sendable {
    /// What a network is to tell of a sample.
    public enum Target: Equatable, Sendable {
        /// One of so many classes, told by a number from 0 on.
        case classes(Int)
        /// Several classes, one after the other, each of so many.
        case sequence(length: Int, classes: Int)
        /// Numbers, in an array of this shape.
        case numbers([Int])
    }

    /// The sizes of a sample's input: `[features]`, `[time, features]`, `[rows, columns]` (a grey image, which is also a
    /// sequence of its rows) or `[channels, rows, columns]`.
    public let input: [Int]
    public let target: Target
    /// What the classes are called, in their order, where that is known.
    public let classNames: [String]?

    /// Numbers in a sample's input.
    public let inputCount: Int
    /// Labels of a sample; 0 where the targets are numbers.
    public let labelsPerSample: Int
    /// Numbers in a sample's target; 0 where the target is classes.
    public let numbersPerSample: Int

    public init(input: [Int], target: Target, classNames: [String]? = nil) {
        self.input = input
        self.target = target
        self.classNames = classNames
        inputCount = Self.count(input)
        (labelsPerSample, numbersPerSample) =
            switch target {
            case .classes: (1, 0)
            case .sequence(let length, _): (length, 0)
            case .numbers(let shape): (0, Self.count(shape))
            }
    }

    /// MNIST's: grey images of 28×28, ten classes.
    public static let mnist = SampleShape(input: [28, 28], target: .classes(10))

    /// Classes a target may have.
    public static let classRange = 2...65_536
}

extension SampleShape {
    /// The classes that a label may name; 0 where the targets are numbers.
    public var classes: Int {
        switch target {
        case .classes(let count), .sequence(_, let count): count
        case .numbers: 0
        }
    }

    /// The shape of a sample's target numbers; nil where the target is classes.
    public var numbers: [Int]? {
        if case .numbers(let shape) = target { shape } else { nil }
    }

    /// Whether a network made for samples of this shape can take those of another: names play no part.
    public func matches(_ other: SampleShape) -> Bool { input == other.input && target == other.target }
}

extension SampleShape: CustomStringConvertible {
    /// Such as "3×32×32, 10 classes".
    public var description: String { "\(Self.sizes(input)), \(target)" }

    static func sizes(_ shape: [Int]) -> String {
        shape.isEmpty ? "a single number" : shape.map { "\($0)" }.joined(separator: "×")
    }
}

extension SampleShape.Target: CustomStringConvertible {
    public var description: String {
        switch self {
        case .classes(let count): "\(count) classes"
        case .sequence(let length, let classes): "\(length) labels of \(classes) classes"
        case .numbers(let shape):
            shape.allSatisfy { $0 == 1 }
                ? "one number to tell" : "\(SampleShape.sizes(shape)) numbers to tell"
        }
    }
}

extension SampleShape {
    /// More numbers in one sample are a mistake in its shape.
    static let maximumCount = 1 << 30

    /// Why no network can learn from samples of this shape, in words; nil where one can.
    public var problem: String? {
        let sizes = input + (numbers ?? [])
        guard sizes.allSatisfy({ $0 > 0 }), Self.isSensible(input), Self.isSensible(numbers ?? []) else {
            return
                "every size of a sample must be at least 1, and all together at most \(Self.maximumCount), "
                + "found \(self)"
        }
        switch target {
        case .numbers: return nil
        case .sequence(let length, _) where !(1...Self.maximumCount).contains(length):
            return "a sequence needs at least one label, found \(self)"
        case .classes(let count), .sequence(_, let count):
            guard Self.classRange.contains(count) else {
                return "expected \(Self.classRange.lowerBound) to \(Self.classRange.upperBound) classes, "
                    + "found \(count)"
            }
            guard let classNames, classNames.count != count else { return nil }
            return "expected a name for each of the \(count) classes, found \(classNames.count) names"
        }
    }

    private static func isSensible(_ sizes: [Int]) -> Bool { count(sizes) <= maximumCount }

    /// The product of sizes, however absurd: `Int.max` where it is none.
    private static func count(_ sizes: [Int]) -> Int {
        sizes.reduce(1) { count, size in
            let (product, overflows) = count.multipliedReportingOverflow(by: size)
            return overflows ? .max : product
        }
    }
}
