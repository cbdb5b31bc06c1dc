"""bench-vs-peers: Lockstep, PyTorch and JAX take turns at the same training step."""

import contextlib
import importlib.metadata
import pathlib
import sys
import tempfile
from typing import NamedTuple

from bench import charts, machine, report
from bench.options import Parser, positive, words
from bench.peer import Kind, Peer
from bench.trace import read_trace
from bench.trainer import Failed, bench_step

OURS = "Lockstep"
TOLERANCE = 1e-4  # a learning rate wrong by a tenth shows; equal sides differ by 1e-6
MODELS = ["lstm", "gru", "rnn", "lenet5", "cnn", "mlp"]
ALONE = [Kind("PyTorch", "torch"), Kind("torch.compile", "compile"), Kind("JAX", "jax")]
TOGETHER = [Kind("PyTorch DDP", "torch", ranks=2), Kind("PyTorch 2 threads", "torch", threads=2)]


class Case(NamedTuple):
    title: str
    cores: int
    batch: int
    shards: int
    peers: list


CASES = {
    "core-32": Case("1 core, batch 32", 1, 32, 1, ALONE),
    "core-128": Case("1 core, batch 128", 1, 128, 8, ALONE),
    "two-64": Case("2 processes, batch 64", 2, 64, 2, TOGETHER),
}


class Contest:
    """One model in one case: every side's rounds, or why it has none."""

    def __init__(self, options, key, model, scratch):
        self.options, self.key, self.case, self.model = options, key, CASES[key], model
        self.trace = str(pathlib.Path(scratch) / f"{key}-{model}.safetensors")
        self.cpus = machine.cores(self.case.cores)
        self.rounds, self.failed, self.differences = {}, {}, {}

    def run(self):
        with contextlib.ExitStack() as stack:
            turns = {OURS: self.ours}
            try:
                self.ours(trace=self.trace)
                expected = read_trace(self.trace).losses
            except Failed as reason:
                self.fail(OURS, reason)
                return
            for kind in self.case.peers:
                peer = Peer(kind, trace=self.trace, data=self.options.data, batch=self.case.batch,
                            cpus=self.cpus)
                stack.callback(peer.close)
                try:
                    self.compare(kind.name, peer.losses(), expected)
                    peer.calibrate(self.options.seconds)
                    turns[kind.name] = peer.images_per_second
                except Failed as reason:
                    self.fail(kind.name, reason)
            self.take(turns)

    def ours(self, trace=None):
        return bench_step(
            self.options.trainer, model=self.model, batch=self.case.batch, shards=self.case.shards,
            ranks=self.case.cores, cpus=self.cpus, seconds=self.options.seconds, data=self.options.data,
            optimizer="sgd", trace=trace)["images_per_second"]

    def compare(self, name, losses, expected):
        self.differences[name] = max(abs(a - b) for a, b in zip(losses, expected, strict=True))
        if not self.differences[name] <= TOLERANCE:
            raise Failed(f"other arithmetic: its losses are {losses}, ours {expected}")

    def take(self, turns):
        self.rounds = {name: [] for name in turns}
        for _ in range(self.options.rounds):
            for name, measure in turns.items():
                try:
                    if name not in self.failed:
                        self.rounds[name].append(measure())
                except Failed as reason:
                    self.fail(name, reason)
        for name in self.failed:
            self.rounds.pop(name, None)

    def fail(self, name, reason):
        self.failed[name] = str(reason)
        print(f"{self.case.title}, {self.model}: {name} failed: {reason}", file=sys.stderr, flush=True)

    def result(self):
        peers = [rounds for name, rounds in self.rounds.items() if name != OURS]
        ratios = ([ours / max(best) for ours, *best in zip(self.rounds[OURS], *peers)]
                  if peers and OURS in self.rounds else [])
        return {
            "case": self.key, "model": self.model, "global_batch": self.case.batch,
            "shards": self.case.shards, "cpus": self.cpus, "images_per_second": self.rounds,
            "failed": self.failed, "loss_differences": self.differences, "ratios": ratios,
            **({"ratio": report.spread(ratios)} if ratios else {}),
        }


def row(case, result):
    """A line of the case's Markdown table."""
    def median(name):
        rounds = result["images_per_second"].get(name)
        if not rounds:
            return "failed" if name in result["failed"] else "–"
        return report.thousands(report.spread(rounds)["median"])

    ratio = result.get("ratio")
    return [result["model"], *map(median, [OURS, *(kind.name for kind in case.peers)]),
            "–" if not ratio else f"**{ratio['median']:.2f}** ({ratio['min']:.2f} … {ratio['max']:.2f})"]


def text(results):
    largest = max((difference for result in results["results"]
                   for difference in result["loss_differences"].values()), default=0)
    parts = [
        "Training steps in images per second: the median of the rounds. Ratio: ours to the best peer of the "
        "same round, as median (min … max). Every side starts from the same weights and gives the same "
        f"losses on the same 5 batches within {TOLERANCE:g} (largest difference: {largest:.0e}), then trains "
        "on shuffled batches of the same MNIST in memory: 32-bit floats, SGD with our lr, momentum and "
        "decay, one thread per core, pinned. PyTorch keeps convolutions channels-last and its SGD is fused; "
        "lenet5 has our Gaussian output on every side.\n"]
    for key, case in CASES.items():
        rows = [row(case, result) for result in results["results"] if result["case"] == key]
        if rows:
            sides = [OURS, *(kind.name for kind in case.peers)]
            parts += [f"\n**{case.title}** (ours: {case.cores} rank{'s' if case.cores > 1 else ''}, "
                      f"{case.shards} shard{'s' if case.shards > 1 else ''})\n\n",
                      report.markdown_table(["model", *sides, "ratio"], rows)]
    failures = [f"- {CASES[result['case']].title}, {result['model']}, {name}: {reason}\n"
                for result in results["results"] for name, reason in result["failed"].items()]
    if failures:
        parts += ["\nFailed:\n\n", *failures]
    settings = f"{results['rounds']} rounds of {results['seconds']} s a side."
    return "".join([*parts, f"\n{machine.sentence(results['machine'])} {settings}\n"])


def publish(results, folder):
    report.write_json(folder / "peers.json", results)
    (folder / "peers.md").write_text(text(results))
    panels = {case.title: ([OURS, *(kind.name for kind in case.peers)], found)
              for key, case in CASES.items()
              if (found := [r for r in results["results"] if r["case"] == key and r["ratios"]])}
    if panels:
        charts.peers(panels, OURS, folder / "peers.png")


def main():
    parser = Parser("bench-vs-peers")
    parser.add_argument("--models", type=words(MODELS), default=MODELS)
    parser.add_argument("--cases", type=words(list(CASES)), default=list(CASES))
    parser.add_argument("--rounds", type=positive(int), default=5)
    parser.add_argument("--seconds", type=positive(float), default=1.0)
    options = parser.parse_args()

    versions = {name: importlib.metadata.version(name) for name in ("torch", "jax")}
    results = {"machine": machine.description(**versions), "rounds": options.rounds,
               "seconds": options.seconds, "tolerance": TOLERANCE, "results": []}
    with tempfile.TemporaryDirectory(prefix="lockstep-bench-") as scratch:
        for key in options.cases:
            case = CASES[key]
            if len(machine.cores(case.cores)) < case.cores:
                print(f"{case.title}: left out, this machine has too few cores", file=sys.stderr)
                continue
            for model in options.models:
                contest = Contest(options, key, model, scratch)
                contest.run()
                results["results"].append(contest.result())
                publish(results, options.out)  # what is done stays, whatever happens next
                print(f"{case.title}: {' | '.join(row(case, results['results'][-1]))}", file=sys.stderr,
                      flush=True)
    print(text(results))
    ours_failed = any(OURS in result["failed"] for result in results["results"])
    differs = any(not d <= TOLERANCE for r in results["results"] for d in r["loss_differences"].values())
    sys.exit(1 if ours_failed or differs else 0)


if __name__ == "__main__":
    main()
