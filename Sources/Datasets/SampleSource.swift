/// Samples to train or test on: each a grey picture and the classes it shows.
///
/// A sample is a pure function of (source, number, epoch): who asks for it and when takes no part.
public protocol SampleSource: Sendable {
    var count: Int { get }
    /// The size of every picture.
    var rows: Int { get }
    var columns: Int { get }
    var labelsPerSample: Int { get }

    /// Writes sample number `sample` as epoch `epoch` shows it.
    ///
    /// - Parameters:
    ///   - pixels: room for `rows · columns` values, 0 (background) ... 1 (ink).
    ///   - labels: room for `labelsPerSample` classes.
    func read(
        _ sample: Int, epoch: Int, pixels: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Int32>)

    /// Tells that the sample will be read soon: samples are visited at random, and memory is far away.
    func prepare(_ sample: Int)
}

extension SampleSource {
    public func prepare(_ sample: Int) {}
}
