import Testing

@testable import Commands
@testable import Runs

/// A display with a clock and a terminal that the test controls.
private final class Screen {
    var seconds = 0.0
    var columns = 80
    private(set) var writes: [String] = []

    func display(_ mode: ProgressMode) -> ProgressDisplay {
        ProgressDisplay(
            mode: mode, columns: { self.columns }, now: { self.seconds }, write: { self.writes.append($0) })
    }
}

private func snapshot(step: Int, epoch: Int = 3, endsEpoch: Bool = false) -> ProgressSnapshot {
    ProgressSnapshot(
        epoch: epoch, epochs: 10, step: step, totalSteps: 1000, samples: step * 100, loss: 0.18734,
        accuracy: 0.943, endsEpoch: endsEpoch)
}

@Suite struct ProgressModeTests {
    private static let terminal = ["TERM": "xterm"]

    @Test(
        arguments: [
            (["TERM": "xterm"], true, .bar), (["TERM": "xterm"], false, .plain), ([:], true, .plain),
            (["TERM": "dumb"], true, .plain), (["TERM": "xterm", "CI": "true"], true, .plain),
            (["TERM": "xterm", "CI": "false"], true, .bar),
            (["TERM": "xterm", "OMPI_COMM_WORLD_RANK": "0"], true, .plain),
            (["TERM": "xterm", "PMIX_RANK": "0"], true, .plain),
            (["TERM": "xterm", "PMI_RANK": "0"], true, .plain),
            (["TRAINER_PROGRESS": "bar", "PMIX_RANK": "0"], false, .bar),
            (["TRAINER_PROGRESS": "none", "TERM": "xterm"], true, .none),
            (["TRAINER_PROGRESS": "nonsense", "TERM": "xterm"], true, .bar),
        ] as [([String: String], Bool, ProgressMode)])
    func auto(environment: [String: String], isTerminal: Bool, expected: ProgressMode) {
        #expect(
            ProgressMode(.auto, quiet: false, environment: environment, isTerminal: isTerminal) == expected)
        #expect(
            ProgressMode(.auto, quiet: true, environment: environment, isTerminal: isTerminal) == .none)
    }

    @Test(
        arguments: [(.bar, .bar), (.plain, .plain), (.none, .none)]
            as [(Configuration.Progress, ProgressMode)])
    func aFlagIsObeyed(requested: Configuration.Progress, expected: ProgressMode) {
        let environment = ["TRAINER_PROGRESS": "plain", "TERM": "dumb", "PMIX_RANK": "1"]
        #expect(
            ProgressMode(requested, quiet: false, environment: environment, isTerminal: false) == expected)
        #expect(
            ProgressMode(requested, quiet: true, environment: environment, isTerminal: true) == .none)
    }
}

@Suite struct ProgressDisplayTests {
    @Test func theBarIsRedrawnTenTimesASecondAtMost() {
        let screen = Screen()
        let display = screen.display(.bar)
        for step in 1...1000 {
            screen.seconds = Double(step) / 100
            display.update(snapshot(step: step))
        }
        #expect((90...101).contains(screen.writes.count))
        for text in screen.writes {
            #expect(text.hasPrefix("\r") && text.hasSuffix("\u{1B}[K") && !text.contains("\n"))
        }
        display.finish()
        #expect(screen.writes.last?.contains("100%") == true)
        #expect(screen.writes.last?.hasSuffix("\u{1B}[K\n") == true)
    }

    @Test func aLineClearsTheBarAndDrawsItAgainInOneWrite() {
        let screen = Screen()
        let display = screen.display(.bar)
        display.line("before")
        display.update(snapshot(step: 1))
        display.line("between")
        #expect(screen.writes[0] == "before\n")
        #expect(screen.writes[2].hasPrefix("\r\u{1B}[Kbetween\n\repoch 3/10 ["))
        display.finish()
        display.finish()
        display.line("after")
        #expect(screen.writes.count == 5)
        #expect(screen.writes[4] == "after\n")
    }

    @Test func plainLinesComeEveryTenSecondsAndAtTheEndOfAnEpoch() {
        let screen = Screen()
        let display = screen.display(.plain)
        for step in 1...250 {
            screen.seconds = Double(step) / 10
            display.update(snapshot(step: step, endsEpoch: step == 150))
        }
        display.finish()
        display.finish()
        let steps = screen.writes.map { $0.split(separator: " ")[1] }
        #expect(steps == ["step=100/1000", "step=150/1000", "step=250/1000"])
        #expect(
            screen.writes[0]
                == "epoch=3 step=100/1000 loss=0.1873 acc=0.943 img_s=1000 eta=1:30\n")
    }

    @Test func noneShowsOnlyLines() {
        let screen = Screen()
        let display = screen.display(.none)
        display.update(snapshot(step: 1, endsEpoch: true))
        display.line("a warning")
        display.finish()
        #expect(screen.writes == ["a warning\n"])
    }
}

@Suite struct ProgressLineTests {
    @Test func anExampleOfTheBar() {
        var rate = ProgressRate()
        for step in 518...520 {
            rate.update(step: step, samples: step * 100, at: Double(step) * 100 / 12_400)
        }
        #expect(
            ProgressLine(snapshot(step: 520), rate: rate).bar(width: 79)
                == "epoch 3/10 [=======>      ]  52%  loss 0.1873  acc 94.3%  12.4k img/s  eta 0:04")
    }

    @Test func theBarIsNeverWiderThanTheTerminal() {
        var rate = ProgressRate()
        for step in 1...3 { rate.update(step: step, samples: step * 1_000_000, at: Double(step) * 10_000) }
        for step in [-1, 0, 3, 500, 999, 1000, 2000] {
            for width in 0...200 {
                var state = snapshot(step: step)
                state.loss = step == 500 ? .infinity : 12_345.678
                #expect(ProgressLine(state, rate: rate).bar(width: width).count <= width)
                #expect(ProgressLine(state, rate: ProgressRate()).bar(width: width).count <= width)
            }
        }
        let narrow = ProgressLine(snapshot(step: 500), rate: ProgressRate())
        #expect(narrow.bar(width: 40) == "epoch 3/10  50%  loss 0.1873  eta --:--")
        #expect(narrow.bar(width: 20) == "epoch 3/10  50%")
        #expect(narrow.bar(width: 5) == "epoch")
        #expect(narrow.bar(width: -1) == "")
    }

    @Test func theLastColumnStaysFree() {
        let screen = Screen()
        let display = screen.display(.bar)
        for columns in [1, 2, 40, 80, 100] {
            screen.columns = columns
            screen.seconds += 1
            display.update(snapshot(step: columns))
            #expect(screen.writes.last!.dropFirst().dropLast(3).count <= columns - 1)
        }
    }

    @Test func speedIsKnownFromTheThirdUpdateOn() {
        var rate = ProgressRate()
        for update in 0..<3 {
            #expect(rate.samplesPerSecond == nil && rate.secondsLeft(steps: 5) == nil)
            rate.update(step: 700 + update, samples: 7000 + 10 * update, at: 50 + Double(update) * 2)
        }
        #expect(abs(rate.samplesPerSecond! - 5) < 1e-9, "what a resumed run had done before does not count")
        #expect(abs(rate.secondsLeft(steps: 4)! - 8) < 1e-9)
        #expect(rate.secondsLeft(steps: -1) == 0)
    }

    @Test func speedForgetsThePast() {
        var rate = ProgressRate()
        var samples = 0
        for second in 0..<200 {
            samples += second < 100 ? 10 : 1000
            rate.update(step: second, samples: samples, at: Double(second))
        }
        #expect(abs(rate.samplesPerSecond! - 1000) < 1)
    }

    @Test func aClockThatStandsStillGivesNoSpeed() {
        var rate = ProgressRate()
        for step in 0..<5 { rate.update(step: step, samples: step, at: 1) }
        #expect(rate.samplesPerSecond == nil)
    }
}

@Suite struct NumberTextTests {
    @Test(
        arguments: [
            (0.18734, 4, "0.1873"), (0, 4, "0.0000"), (12.5, 0, "13"), (0.05, 1, "0.1"), (-1.25, 2, "-1.25"),
            (-0.00001, 2, "0.00"), (.nan, 2, "nan"), (.infinity, 2, "inf"), (1e300, 2, "1e+300"),
        ] as [(Double, Int, String)])
    func fixed(value: Double, decimals: Int, text: String) {
        #expect(NumberText.fixed(value, decimals) == text)
    }

    @Test(
        arguments: [
            (0, "0"), (950, "950"), (999.4, "999"), (999.6, "1.00k"), (12_431, "12.4k"), (99_960, "100k"),
            (1_250_000, "1.25M"), (3e12, "3.00T"),
        ] as [(Double, String)])
    func short(value: Double, text: String) {
        #expect(NumberText.short(value) == text)
    }

    @Test(
        arguments: [
            (0, "0:00"), (41.4, "0:41"), (59.6, "1:00"), (727, "12:07"), (11_100, "3:05:00"), (nil, "--:--"),
            (.infinity, "--:--"), (.nan, "--:--"), (-1, "--:--"),
        ] as [(Double?, String)])
    func duration(seconds: Double?, text: String) {
        #expect(NumberText.duration(seconds) == text)
    }

    @Test func columnsOfATerminalThatDoesNotSay() {
        #expect(StandardError.columns(environment: ["COLUMNS": "-3"]) > 0)
    }
}
