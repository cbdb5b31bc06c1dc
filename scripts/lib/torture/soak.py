"""A long run, undisturbed and with random stops."""

import argparse
import json
import pathlib
import random
import signal
import subprocess
import sys
import time

from torture.job import Job

PUBLISHED = ["model.safetensors", "metrics.jsonl"]
# What a process may take more at its end than after a tenth of its steps: the allocator's own whims.
MOST_GROWTH = 1 << 20


def memory(pid):
    """Bytes that a process has in memory; None once it is gone."""
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def step(folder):
    """The step that the run was at when it last said so."""
    try:
        lines = (folder / "metrics.jsonl").read_bytes().splitlines()
        return json.loads(lines[-1])["step"]
    except (OSError, ValueError, IndexError, KeyError):
        return 0


def undisturbed(job, steps):
    """Whether memory stays flat."""
    samples = []
    while True:
        try:
            status = job.process.wait(1)
            break
        except subprocess.TimeoutExpired:
            if (bytes_now := memory(job.process.pid)) is not None:
                samples.append((step(job.folder), bytes_now))
    if status != 0:
        sys.exit(f"soak: the undisturbed run ended with {status}:\n{job.text()}")
    early = [size for at, size in samples if steps / 10 <= at < steps / 5]
    late = [size for at, size in samples if at >= steps * 9 / 10]
    if not early or not late:
        sys.exit("soak: too few steps to see anything of memory")
    growth = max(late) - max(early)
    print(f"undisturbed: {len(samples)} s, memory {max(early) >> 10} KiB after a tenth, {max(late) >> 10} KiB at the end")
    return growth <= MOST_GROWTH


def disturbed(start, every):
    """Stops the run until it is through; how often."""
    stops = {signal.SIGTERM: 0, signal.SIGKILL: 0}
    while True:
        job = start()
        try:
            status = job.process.wait(random.uniform(0.1, 2) * every)
        except subprocess.TimeoutExpired:
            number = random.choice(list(stops))
            if victims := job.rank_processes():
                job.send(number, random.choice(victims))
                stops[number] += 1
            status = job.wait(60)
            if number == signal.SIGTERM and status not in (0, 75):
                sys.exit(f"soak: stopped with {status}:\n{job.text()}")
            if rest := job.leftovers():
                sys.exit(f"soak: left behind: {rest}")
            continue
        if status != 0:
            sys.exit(f"soak: ended with {status}:\n{job.text()}")
        return stops


def main():
    parser = argparse.ArgumentParser(prog="soak")
    parser.add_argument("--steps", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--every", type=float, default=20)
    parser.add_argument("--trainer", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    options = parser.parse_args()
    random.seed(options.seed)
    print(f"seed {options.seed}, {options.steps} steps", flush=True)
    tenth = max(1, options.steps // 10)
    flags = ["--data", str(options.work / "data"), "--model", "perceptron", "--schedule", "constant", "--global-batch", "16",
             "--epochs", "1000000000", "--max-steps", str(options.steps), "--log-every", str(max(1, tenth // 100)),
             "--eval-every", str(tenth), "--checkpoint-every", str(max(1, tenth // 20))]

    def job(name, ranks, *more):
        return Job(options.trainer, options.work / name, [*flags, *more], ranks, options.work / "log")

    began = time.monotonic()
    is_flat = undisturbed(job("whole", 0, "--threads", "1"), options.steps)
    stops = disturbed(lambda: job("stopped", 2), options.every)
    print(f"stopped {stops[signal.SIGTERM]} times by TERM, {stops[signal.SIGKILL]} times by KILL; "
          f"{time.monotonic() - began:.0f} s in all")
    differing = [name for name in PUBLISHED
                 if (options.work / "whole" / name).read_bytes() != (options.work / "stopped" / name).read_bytes()]
    print("memory is flat" if is_flat else "MEMORY GREW")
    print(f"OTHER BYTES: {', '.join(differing)}" if differing else "the same bytes")
    return 0 if is_flat and not differing else 1


if __name__ == "__main__":
    sys.exit(main())
