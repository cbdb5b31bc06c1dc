import Runs

/// The two ways to write one moment of a run on one line.
struct ProgressLine {
    let snapshot: ProgressSnapshot
    let samplesPerSecond: Double?
    let secondsLeft: Double?

    init(_ snapshot: ProgressSnapshot, rate: ProgressRate) {
        self.snapshot = snapshot
        samplesPerSecond = rate.samplesPerSecond
        secondsLeft = rate.secondsLeft(steps: snapshot.totalSteps - snapshot.step)
    }

    /// `epoch=3 step=500/938 loss=0.1873 acc=0.943 img_s=12431 eta=0:41`, without what is not known.
    var plain: String {
        var text = "epoch=\(snapshot.epoch) step=\(snapshot.step)/\(snapshot.totalSteps)"
        text += " loss=\(NumberText.fixed(snapshot.loss, 4))"
        if let accuracy = snapshot.accuracy { text += " acc=\(NumberText.fixed(accuracy, 3))" }
        if let samplesPerSecond { text += " img_s=\(NumberText.fixed(samplesPerSecond, 0))" }
        return text + " eta=\(NumberText.duration(secondsLeft))"
    }

    /// `epoch 3/10 [=====>    ]  52%  loss 0.1873  acc 94.3%  12.4k img/s  eta 0:41` in at most `width`
    /// columns: the bar takes what the numbers leave, and where that is little the least needed go.
    func bar(width: Int) -> String {
        let head = "epoch \(snapshot.epoch)/\(snapshot.epochs)"
        var tail: [(text: String, need: Int)] = [
            (percent, 4), ("loss \(NumberText.fixed(snapshot.loss, 4))", 2),
            ("\(samplesPerSecond.map(NumberText.short) ?? "-") img/s", 1),
            ("eta \(NumberText.duration(secondsLeft))", 3),
        ]
        if let accuracy = snapshot.accuracy {
            tail.insert(("acc \(NumberText.fixed(accuracy * 100, 1))%", 0), at: 2)
        }
        func joined() -> String { tail.map { "  " + $0.text }.joined() }
        let inside = min(30, width - head.count - joined().count - 3)
        if inside >= 6 { return "\(head) [\(filled(inside))]\(joined())" }
        while !tail.isEmpty, head.count + joined().count > width {
            let least = tail.map(\.need).min()
            tail.removeAll { $0.need == least }
        }
        return String((head + joined()).prefix(max(0, width)))
    }

    /// How much of `whole` parts is done, rounded down: all of them only at the end.
    private func done(of whole: Int) -> Int {
        snapshot.totalSteps > 0
            ? max(0, min(snapshot.step, snapshot.totalSteps)) * whole / snapshot.totalSteps : 0
    }

    private var percent: String {
        let text = "\(done(of: 100))%"
        return String(repeating: " ", count: max(0, 3 - text.count)) + text
    }

    private func filled(_ width: Int) -> String {
        let done = done(of: width)
        guard done < width else { return String(repeating: "=", count: width) }
        return String(repeating: "=", count: done) + ">" + String(repeating: " ", count: width - done - 1)
    }
}
