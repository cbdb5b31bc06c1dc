import TensorEngine
import TestSupport
import Testing

@Suite struct TensorTests {
    @Test func requiresGradientSpreads() {
        let (constant, leaf) = (Tensor(zeros: [2]), Tensor(zeros: [2], requiresGradient: true))
        #expect(!(constant + constant).requiresGradient)
        #expect((constant + leaf).requiresGradient)
    }

    @Test func boundLeafReadsAndWritesTheFlatBuffers() {
        let (values, gradients) = (Storage([9, 1, 2, 3, 9]), Storage([9, 9, 9, 9, 9]))
        let x = Tensor(zeros: [3], requiresGradient: true)
        x.bind(
            values: Storage(window: 1..<4, of: values), gradient: Storage(window: 1..<4, of: gradients))
        let total = (x * x).sum()
        total.backward()
        #expect(total.item == 14)
        #expect(gradients.values == [9, 2, 4, 6, 9])
    }

    /// A window keeps alive what it looks into.
    @Test func windowsShareMemory() {
        var parent: Storage? = Storage([1, 2, 3, 4])
        let window = Storage(window: 1..<3, of: parent!)
        parent!.pointer[2] = 7
        parent = nil
        #expect(window.values == [2, 7] && window.count == 2)
    }

    @Test(arguments: [0, 1, 15, 1000])
    func storageIsAlignedAndZero(count: Int) {
        let storage = Storage(count: count)
        #expect(UInt(bitPattern: storage.pointer) % 64 == 0)
        #expect(storage.values == [Float](repeating: 0, count: count))
    }

    @Test func refusesAShapeOfAnotherCount() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = Tensor(shape: [2, 3], [1, 2, 3, 4])
        }
        #expect(try #require(result).message.contains("shape [2, 3] needs 6 values, the storage holds 4"))
    }

    @Test func refusesAWindowBeyondTheStorage() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Storage(window: 2..<5, of: Storage(count: 4))
        }
        #expect(try #require(result).message.contains("window 2..<5 lies outside a storage of 4"))
    }

    @Test func refusesToBindAnotherCount() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            Tensor(zeros: [2, 3]).bind(values: Storage(count: 5))
        }
        #expect(try #require(result).message.contains("a tensor of shape [2, 3] needs 6 values"))
    }
}
