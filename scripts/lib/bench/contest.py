"""One contest of bench-vs-peers: every side is checked against our losses, then all take turns."""

import contextlib
import pathlib
import sys

from bench import machine, report
from bench.cases import names
from bench.peer import Peer
from bench.trace import read_trace
from bench.trainer import Failed, bench_step

TOLERANCE = 1e-4  # a learning rate wrong by a tenth shows; equal sides differ by 1e-6
OWN_FIGURES = ["peak_share", "peak_memory_bytes"]  # of our sides, beside images_per_second


class Record:
    """What the sides of a contest did: their rounds, or why they have none."""

    def __init__(self, label, ours, peers, comparisons, **about):
        self.label, self.ours, self.peers, self.comparisons = label, names(ours), names(peers), comparisons
        self.about = about
        self.rounds, self.failed, self.differences = {}, {}, {}

    @contextlib.contextmanager
    def attempt(self, name):
        try:
            yield
        except Failed as reason:
            self.failed[name] = str(reason)
            self.rounds.pop(name, None)
            print(f"{self.label}: {name} failed: {reason}", file=sys.stderr, flush=True)

    def compare(self, name, losses, expected):
        self.differences[name] = max(abs(a - b) for a, b in zip(losses, expected, strict=True))
        if not self.differences[name] <= TOLERANCE:
            raise Failed(f"other arithmetic: its losses are {losses}, ours {expected}")

    def add(self, name, measured):
        self.rounds.setdefault(name, []).append(measured)

    def result(self):
        def of(figure):
            return {name: [one[figure] for one in rounds] for name, rounds in self.rounds.items()
                    if figure in rounds[0]}

        speeds = of("images_per_second")
        return {"label": self.label, **self.about, "ours": self.ours, "peers": self.peers,
                "images_per_second": speeds, **{figure: of(figure) for figure in OWN_FIGURES},
                "failed": self.failed, "loss_differences": self.differences,
                "comparisons": [compared(one, speeds) for one in self.comparisons]}


def compared(comparison, speeds):
    """Round by round, our side against the best of the others."""
    others = [speeds[name] for name in comparison.against if name in speeds]
    ratios = ([ours / max(best) for ours, *best in zip(speeds[comparison.ours], *others)]
              if others and comparison.ours in speeds else [])
    return {"ours": comparison.ours, "against": comparison.against, "ratios": ratios,
            "ratio": report.spread(ratios) if ratios else None}


def has_failed(result):
    """Whether our side failed, or another one's arithmetic differs."""
    return any(name in result["failed"] for name in result["ours"]) or not all(
        difference <= TOLERANCE for difference in result["loss_differences"].values())


def run(contest, options, scratch):
    """The contest's result; scratch is a folder for the traces."""
    cpus = machine.cores(contest.cores)
    record = Record(contest.label, contest.ours, contest.peers, contest.comparisons, model=contest.model,
                    settings=contest.ours[0].settings, cpus=cpus)

    def ours(side, seconds=options.seconds, trace=None):
        measured = bench_step(options.trainer, cpus=cpus, seconds=seconds, data=options.data, ranks=side.ranks,
                              trace=trace, **side.settings)
        return {figure: measured[figure] for figure in ["images_per_second", *OWN_FIGURES]}

    with contextlib.ExitStack() as stack:
        turns, first = {}, None
        for number, side in enumerate(contest.ours):
            with record.attempt(side.name):
                path = str(pathlib.Path(scratch) / f"{number}.safetensors")
                ours(side, seconds=0.1, trace=path)
                trace = read_trace(path)
                first = first or (path, trace)
                if trace.batch == first[1].batch:
                    record.compare(side.name, trace.losses, first[1].losses)
                turns[side.name] = lambda side=side: ours(side)
        for kind in contest.peers if first else []:
            path, trace = first
            peer = Peer(kind, ["--trace", path, "--data", options.data], batch=trace.batch, cpus=cpus)
            stack.callback(peer.close)
            with record.attempt(kind.name):
                record.compare(kind.name, peer.losses(), trace.losses)
                peer.calibrate(options.seconds)
                turns[kind.name] = peer.measure
        for _ in range(options.rounds):
            for name, measure in turns.items():
                if name not in record.failed:
                    with record.attempt(name):
                        record.add(name, measure())
    return record.result()
