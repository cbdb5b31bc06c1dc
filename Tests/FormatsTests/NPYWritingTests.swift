import TestSupport
import Testing

@testable import Formats

@Suite struct NPYWritingTests {
    /// The files are NumPy's own (Tests/Fixtures/formats/make_formats.py).
    @Test(arguments: [("counts_1d.npy", [5]), ("counts_2d.npy", [2, 3]), ("counts_3d.npy", [2, 1, 2])])
    func writesWhatNumPyWrites(name: String, shape: [Int]) throws {
        let values = (0..<shape.reduce(1, *)).map { $0 * $0 * 1_000_000_007 }
        #expect(NPY.encode(values, shape: shape) == (try Files.read(fixture(name))))
        let read = try NPY<Int>(parsing: NPY.encode(values, shape: shape), path: name)
        #expect(read.shape == shape && read.values == values)
    }
}
