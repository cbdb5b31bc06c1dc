"""bench-vs-peers: Lockstep, PyTorch and JAX take turns at the same training step."""

import importlib.metadata
import json
import sys
import tempfile

from bench import charts, contest, convolutions, machine, report, tables
from bench.cases import MODELS, SECTIONS
from bench.options import Parser, positive, words


def measured(key, options):
    """The results of a section's contests, one by one."""
    if key == "convolutions":
        yield from convolutions.contests(options)
    for each in SECTIONS[key].contests:
        if each.model not in options.models:
            continue
        if len(machine.cores(each.cores)) < each.cores:
            print(f"{each.label}: left out, this machine has too few cores", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory(prefix="lockstep-bench-") as scratch:
            yield contest.run(each, options, scratch)


def earlier(path):
    """The sections that earlier runs left in the folder."""
    return json.loads(path.read_text()).get("sections", {}) if path.exists() else {}


def publish(sections, folder):
    sections = {key: sections[key] for key in SECTIONS if key in sections}
    report.write_json(folder / "peers.json", {"tolerance": contest.TOLERANCE, "sections": sections})
    pictures = charts.peers(sections, folder)
    (folder / "peers.md").write_text(tables.document(sections, pictures))


def main():
    parser = Parser("bench-vs-peers")
    parser.add_argument("--models", type=words(MODELS), default=MODELS)
    parser.add_argument("--cases", type=words(list(SECTIONS)), default=list(SECTIONS))
    parser.add_argument("--rounds", type=positive(int), default=5)
    parser.add_argument("--seconds", type=positive(float), default=1.0)
    options = parser.parse_args()

    about = machine.description(**{name: importlib.metadata.version(name) for name in ("torch", "jax")})
    sections = earlier(options.out / "peers.json")
    failed = False
    for key in options.cases:
        section = {"machine": {**about, "date": machine.now()}, "rounds": options.rounds,
                   "seconds": options.seconds, "results": []}
        for result in measured(key, options):
            section["results"].append(result)
            sections[key] = section
            publish(sections, options.out)  # what is done stays, whatever happens next
            failed = failed or contest.has_failed(result)
            print(tables.table(SECTIONS[key], [result]), file=sys.stderr, flush=True)
        if section["results"]:
            print(f"## {SECTIONS[key].title}\n\n{tables.table(SECTIONS[key], section['results'])}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
