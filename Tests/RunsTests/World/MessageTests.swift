import Collectives
import Testing

@testable import Runs

@Suite struct ReadableMessageTests {
    @Test func aPlainSentenceStaysAsItIs() {
        let sentence = "/data/Zahlen für Übung/é.gz: not found; check the path\nTry 'trainer --help' 🙂"
        #expect(StandardError.readable(sentence) == sentence)
    }

    @Test(arguments: [1999, 2000, 2001, 25_000_000])
    func aLineIsBounded(length: Int) {
        let text = StandardError.readable(
            "model.safetensors: " + String(repeating: "x", count: length - 19 - 12) + "; use others")
        #expect(text.count <= 2000)
        #expect(text.hasPrefix("model.safetensors: xxx") && text.hasSuffix("xxx; use others"))
        #expect((text.count == length) == (length <= 2000))
        if length > 2000 { #expect(text.contains("\(length - 1300 - 600) characters are left out")) }
    }

    @Test func linesAreBounded() {
        let text = StandardError.readable(String(repeating: "no\n", count: 1000))
        #expect(text.split(separator: "\n").count == 21 && text.hasSuffix("more lines are left out)"))
    }

    @Test func nothingSteersTheTerminal() {
        let text = StandardError.readable("a\u{1B}[2Jb\rc\u{7}\u{9B}d\u{202E}e\u{2028}f\tg\u{0}")
        #expect(text == "a�[2Jb�c��d�e�f\tg�")
    }
}

@Suite struct RequestedStopTests {
    private let words = ["bin/trainer", "--run-dir", "my runs/o'clock", "--resume", "auto"]

    @Test(
        arguments: [
            (WorldDescription(), [:], ""),
            (WorldDescription(threadsPerProcess: 3), [:], ""),
            (WorldDescription(processes: 3, library: "MPI"), ["OMPI_COMM_WORLD_SIZE": "3"], "mpirun -np 3 "),
            (WorldDescription(processes: 1, library: "MPI"), ["OMPI_COMM_WORLD_SIZE": "1"], "mpirun -np 1 "),
            (
                WorldDescription(processes: 2, library: "MPI"), ["SLURM_STEP_NUM_TASKS": "2"],
                "srun --mpi=pmix -n 2 "
            ),
            (
                WorldDescription(processes: 2, library: "MPI"),
                ["OMPI_COMM_WORLD_SIZE": "2", "SLURM_STEP_NUM_TASKS": "1"], "mpirun -np 2 "
            ),
        ] as [(WorldDescription, [String: String], String)])
    func theCommandIsReadyForTheShell(
        world: WorldDescription, environment: [String: String], launcher: String
    ) {
        #expect(
            RequestedStop.command(words, in: world) { environment[$0] }
                == launcher + #"bin/trainer --run-dir 'my runs/o'\''clock' --resume auto"#)
        let launched = environment.merging(["LOCKSTEP_LAUNCH_COMMAND": "trainer launch -- train"]) { $1 }
        #expect(RequestedStop.command(words, in: world) { launched[$0] } == "trainer launch -- train")
    }
}
