import TensorEngine
import TestSupport
import Testing

/// Numbers below 2⁻¹²⁶ are zeros in everything that is computed, and nowhere else.
@Suite struct SubnormalTests {
    private let smallest = Float.leastNormalMagnitude

    @Test func opsReplaysAndGradientsFlushThem() {
        let x = Tensor(shape: [2], [3, 1], requiresGradient: true)
        let y = x * Tensor(shape: [2], [smallest / 2, smallest])
        #expect(y.storage.values == [0, smallest])
        let recording = Recording(of: (y * Tensor(shape: [2], [1, 0.5])).sum())
        x.pointer[1] = 4
        recording.forward()
        #expect(recording.outputs[0].item == 2 * smallest)
        recording.backward()
        #expect(Array(UnsafeBufferPointer(start: x.gradientPointer, count: 2)) == [0, 0])
    }

    @Test func theProgramsOwnNumbersStay() {
        let tiny = Tensor(shape: [1], [smallest])
        _ = tiny * tiny
        #expect(tiny.pointer[0] / 2 > 0)
    }
}
