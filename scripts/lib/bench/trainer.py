"""Our side: one `trainer bench` per measurement, alone or under mpirun."""

import json
import subprocess

from bench.machine import pinned


class Failed(Exception):
    """A side that could not be measured, and why."""


def bench_step(trainer, *, cpus, seconds, data, ranks=1, trace=None, **settings):
    """The JSON object of `trainer bench step`, of one thread a rank; settings are its flags in snake_case."""
    launcher = ["mpirun", "-np", str(ranks)] if ranks > 1 else []
    flags = {"data": data, "seconds": seconds, "threads": 1, **settings, **({"trace": trace} if trace else {})}
    return last_line([*pinned(cpus), *launcher, trainer, "bench", "step", *words(flags)], seconds)


def bench_kernels(trainer, *, cpus, seconds, only):
    """The JSON object of `trainer bench kernels`."""
    flags = {"seconds": seconds, "only": only}
    return last_line([*pinned(cpus), trainer, "bench", "kernels", *words(flags)], seconds)


def words(flags):
    return [word for key, value in flags.items() for word in (f"--{key.replace('_', '-')}", str(value))]


def last_line(command, seconds):
    try:
        done = subprocess.run([*command, "--json"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120 + 10 * seconds)
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
