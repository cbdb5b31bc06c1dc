/// Samples to train or test on, all of one shape.
///
/// A sample is a pure function of (source, number, epoch): who asks for it and when takes no part.
public protocol SampleSource: Sendable {
    var count: Int { get }
    /// What every sample looks like, and what there is to learn of it.
    var shape: SampleShape { get }

    /// Writes sample number `sample`, from 0 on, as epoch `epoch` shows it. Called by several threads at once.
    func read(_ sample: Int, epoch: Int, into slot: SampleSlot)

    /// Tells that the sample will be read soon: samples are visited at random, and memory is far away.
    func prefetch(_ sample: Int)
}

extension SampleSource {
    public func prefetch(_ sample: Int) {}
}

/// Where a source writes one sample. Whatever it leaves out is of another sample: every value has to be written.
public struct SampleSlot {
    /// Room for the shape's `inputCount` values, in row-major order.
    public let input: UnsafeMutablePointer<Float>
    /// Room for `labelsPerSample` classes, each from 0 to `classes` - 1.
    public let labels: UnsafeMutablePointer<Int32>
    /// Room for `numbersPerSample` values.
    public let numbers: UnsafeMutablePointer<Float>

    public init(
        input: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Int32>,
        numbers: UnsafeMutablePointer<Float>
    ) {
        self.input = input
        self.labels = labels
        self.numbers = numbers
    }
}

/// A sample read into memory of its own.
public struct Sample: Equatable, Sendable {
    public let input: [Float]
    public let labels: [Int32]
    public let numbers: [Float]
}

extension SampleSource {
    /// One sample by itself.
    public func sample(_ index: Int, epoch: Int = 0) -> Sample {
        let counts = (shape.inputCount, shape.labelsPerSample, shape.numbersPerSample)
        let input = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(counts.0, 1))
        let labels = UnsafeMutableBufferPointer<Int32>.allocate(capacity: max(counts.1, 1))
        let numbers = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(counts.2, 1))
        defer {
            input.deallocate()
            labels.deallocate()
            numbers.deallocate()
        }
        input.initialize(repeating: 0)
        labels.initialize(repeating: 0)
        numbers.initialize(repeating: 0)
        read(
            index, epoch: epoch,
            into: SampleSlot(
                input: input.baseAddress!, labels: labels.baseAddress!, numbers: numbers.baseAddress!))
        return Sample(
            input: Array(input.prefix(counts.0)), labels: Array(labels.prefix(counts.1)),
            numbers: Array(numbers.prefix(counts.2)))
    }
}
