"""Our side: one `trainer bench step` per measurement, alone or under mpirun."""

import json
import subprocess

from bench.machine import pinned


class Failed(Exception):
    """A side that could not be measured, and why."""


def bench_step(trainer, *, model, batch, shards, ranks, cpus, seconds, data, optimizer=None, trace=None):
    """The JSON object `trainer bench step` ends its output with."""
    command = pinned(cpus)
    if ranks > 1:
        command += ["mpirun", "-np", str(ranks)]
    command += [trainer, "bench", "step", "--model", model, "--global-batch", str(batch),
                "--shards", str(shards), "--seconds", str(seconds), "--data", data, "--json"]
    if optimizer:
        command += ["--optimizer", optimizer]
    if trace:
        command += ["--trace", trace]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60 + 10 * seconds)
        if done.returncode == 0:
            return json.loads(done.stdout.strip().splitlines()[-1])
        raise Failed(f"status {done.returncode}: {reason_in(done.stderr)}")
    except subprocess.TimeoutExpired:
        raise Failed("no end in sight") from None
    except (ValueError, IndexError):
        raise Failed("its last line is not JSON") from None


def reason_in(text):
    """The last line that names an error, else the last one that says anything."""
    lines = [line.strip() for line in text.splitlines() if line.strip(" -\t")]
    errors = [line for line in lines if "error:" in line.lower()]
    return (errors or lines or ["no message"])[-1]
