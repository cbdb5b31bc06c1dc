import Foundation
import Testing

@testable import Runs

/// What `train --json` prints, as docs/json.md describes it.
@Suite struct EventTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// Of each event the names of its keys, in order.
    private func keys(_ line: String) throws -> [String] {
        let members = try #require(JSONLine(line).members)
        #expect(members.prefix(2) == ["event", "schema"])
        return Array(members.dropFirst(2))
    }

    @Test(arguments: [0, 3])
    func aRunTellsWhatHappens(ranks: Int) throws {
        let settings = Settings.quick.with(["json": true, "max_steps": 4, "checkpoint_every": 2])
        let lines = try workshop.train("run", ranks: ranks, settings).output
        // Checkpoints are written beside the steps: the first is told of at some time before the second.
        let (saved, others) = (
            lines.filter { $0.contains(#""event":"checkpoint""#) },
            lines.filter { !$0.contains(#""event":"checkpoint""#) }
        )
        #expect(lines.suffix(2) == [saved.last, others.last])
        #expect(
            saved.map { JSONLine($0)["file"]?.stringValue }
                == [2, 4].map { workshop.checkpoint("run", step: $0) })
        let events = others.map { JSONLine($0) }
        #expect(events.map { $0["event"]?.stringValue } == ["start", "train", "train", "eval", "done"])
        #expect(events.allSatisfy { $0["schema"]?.intValue == 1 })
        #expect(
            try keys(lines[0]) == [
                "model", "parameters", "train_samples", "test_samples", "sample_shape", "epochs",
                "steps_per_epoch", "total_steps", "global_batch", "shards", "processes",
                "threads_per_process", "run_dir", "step",
            ])
        #expect(events[0]["threads_per_process"]?.intValue == max(1, ranks))
        #expect(
            try keys(lines[lines.count - 1]) == [
                "step", "loss", "accuracy", "correct", "total", "seconds", "images_per_second", "run_dir",
                "model_file", "state_sha256",
            ])
        // Metrics are the same but for their first key.
        let metrics = try workshop.metrics("run")
        #expect(metrics.count == 3)
        for (metric, index) in zip(metrics, 1...3) {
            #expect(metric.kind == events[index]["event"]?.stringValue)
            #expect(metric.members?.dropFirst() == events[index].members?.dropFirst(2))
        }
    }

    @Test func aResumedRunStartsWhereItWas() throws {
        try workshop.train("run", Settings.quick.with(["max_steps": 4]))
        let lines = try workshop.train("run", Settings.quick.with(["json": true, "resume": "auto"])).output
        #expect(JSONLine(try #require(lines.first))["step"]?.intValue == 4)
    }

    @Test func aDryRunIsOneEvent() throws {
        let lines = try workshop.train(
            "run", ranks: 3, Settings.quick.with(["json": true, "dry_run": true])
        ).output
        #expect(lines.count == 1)
        let plan = JSONLine(lines[0])
        #expect(plan["event"]?.stringValue == "plan" && plan["total_steps"]?.intValue == 11)
        let ranks = try #require(plan["ranks"]?.arrayValue)
        #expect(ranks.compactMap { $0["first_sample"]?.intValue } == [0, 5, 12])
        #expect(ranks.compactMap { $0["samples"]?.intValue } == [5, 7, 8])
    }

    /// Warnings and errors go another way.
    @Test func aQuietRunSaysNothingButEvents() throws {
        #expect(try workshop.train("quiet", Settings.quick.with(["quiet": true])).output.isEmpty)
        let both = try workshop.train("both", Settings.quick.with(["quiet": true, "json": true])).output
        #expect(JSONLine(try #require(both.last))["event"]?.stringValue == "done")
        #expect(try workshop.train("loud", Settings.quick).output.count == 1)
    }

    /// docs/json.md names every event.
    @Test func theDocumentKnowsAllEvents() throws {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        let text = try String(contentsOf: root.appending(path: "docs/json.md"), encoding: .utf8)
        for event in Event.allCases { #expect(text.contains("`\(event.rawValue)`"), "\(event)") }
    }
}
