import Foundation
import Testing

@testable import Limits

@Suite struct MemoryTests {
    private let gibibyte = 1 << 30

    private func available(process: Int? = nil, host: Int? = nil) -> AvailableMemory {
        func read(_ path: String) -> String? {
            switch path {
            case "/proc/self/status": "VmSize: 0 kB\n"
            case "/proc/meminfo": host.map { "MemAvailable: \($0 / 1024) kB\n" }
            default: nil
            }
        }
        return AvailableMemory(addressSpace: process, data: nil, read: read)
    }

    @Test func theSentenceSaysHowMuchForWhatAndWhy() throws {
        let error = try #require(throws: OutOfMemory.self) {
            try Memory.require(
                2 * gibibyte, "for the parameters",
                available: available(process: gibibyte, host: 9 * gibibyte))
        }
        #expect(
            error.description.hasPrefix(
                "2.0 GiB are needed for the parameters, 976.0 MiB can be had (ulimit -v); "), "\(error)")
    }

    /// A process's limits are its own, free memory is everybody's.
    @Test func ranksOfAHostShareWhatIsFree() throws {
        let memory = available(process: 3 * gibibyte, host: 8 * gibibyte)
        try Memory.require(2 * gibibyte, onHost: 6 * gibibyte, "", available: memory)
        #expect(throws: OutOfMemory.self) {
            try Memory.require(2 * gibibyte, onHost: 8 * gibibyte, "", available: memory)
        }
        #expect(throws: OutOfMemory.self) {
            try Memory.require(3 * gibibyte, onHost: 6 * gibibyte, "", available: memory)
        }
    }

    @Test func whatIsSmallIsNotAskedFor() throws {
        try Memory.require(1 << 20, "", available: available(process: 0, host: 0))
    }

    @Test(arguments: [0, 1, 17, 1 << 20])
    func zerosAreZerosAndAligned(count: Int) {
        let memory = Memory.zeros(count, of: Float.self, "")
        defer { Memory.release(memory) }
        #expect(Int(bitPattern: memory) % 64 == 0)
        #expect(UnsafeBufferPointer(start: memory, count: count).allSatisfy { $0 == 0 })
    }

    /// No machine has it: the process ends with a sentence, and not by a trap or by the kernel.
    @Test(arguments: [[1 << 46], [1 << 40, 1 << 40], [Int.max, 2]])
    func memoryThatCannotBeHadEndsWithASentence(shape: [Int]) async throws {
        let result = await #expect(
            processExitsWith: .exitCode(71), observing: [\.standardErrorContent]
        ) { [shape] in
            _ = Memory.zeros(Memory.count(of: shape), of: Float.self, "for a test")
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("are needed for ") && message.contains("can"), "\(message)")
    }

    /// The kernel refuses what the limit does not leave, whatever was asked before.
    @Test func aLimitOfAddressesEndsWithASentence() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(71), observing: [\.standardErrorContent]
        ) {
            var limit = rlimit(rlim_cur: 0, rlim_max: 0)
            let size = textOfSmallFile("/proc/self/statm")!.split(separator: " ")[0]
            limit.rlim_cur = UInt(size)! * 4096 + 300 << 20
            limit.rlim_max = limit.rlim_cur
            setrlimit(Int32(RLIMIT_AS.rawValue), &limit)
            _ = Memory.zeros(1 << 28, of: Float.self, "for a test")
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("1.0 GiB are needed for a test, "), "\(message)")
        #expect(message.contains("(ulimit -v)"), "\(message)")
    }

    @Test(
        arguments: [
            (512 << 10, "512.0 KiB"), (1_288_490_189, "1.2 GiB"), (400 << 20, "400.0 MiB"),
            (1 << 45, "32.0 TiB"),
            (Int.max, "8.0 EiB"),
        ])
    func texts(bytes: Int, text: String) {
        #expect(OutOfMemory.text(bytes) == text)
    }
}
