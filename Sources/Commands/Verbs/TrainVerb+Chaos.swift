import Runs

extension Verb {
    /// The text of `--help-chaos`.
    static func chaosHelp(_ program: TrainerCommand) -> String {
        var page = HelpPage()
        page.paragraph("Usage: \(program.name) train --chaos 'FAULT[;FAULT...]' [OPTIONS]")
        page.paragraph(
            "Faults on purpose, for tests of what should survive them. Each happens once in a run's folder, "
                + "which gets an empty file chaos-FAULT: a run that is resumed is spared, and goes on.")
        page.section("Faults") {
            $0.item("kill:rank=R,step=N", "SIGKILL for the process of rank R once step N was taken")
            $0.item("hang:rank=R,step=N", "rank R does nothing any more after step N")
            $0.item("slow:rank=R,ms=N", "rank R rests for N milliseconds after every step, also when resumed")
            $0.item("bitflip:rank=R,step=N", "a bit of rank R's parameters changes after step N")
        }
        page.section("Examples") {
            $0.verbatim("\(program.name) launch -np 3 -- train --run-dir runs/a --chaos kill:rank=2,step=50")
            $0.verbatim(
                "mpirun -np 2 \(program.name) train --chaos 'slow:rank=1,ms=9;bitflip:rank=1,step=40'")
        }
        return page.text
    }
}
