"""A peer as the driver sees it: its processes, started once and measured many times."""

import json
import math
import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from bench.machine import pinned
from bench.trainer import Failed, reason_in

WINDOWS = 10  # of a measurement, as in `trainer bench step`; the result is their median


class Kind(NamedTuple):
    name: str
    library: str  # of bench.worker
    ranks: int = 1
    threads: int = 1


class Peer:
    def __init__(self, kind, *, trace, data, batch, cpus, patience=300):
        self.kind, self.batch, self.patience = kind, batch, patience
        self.folder = tempfile.TemporaryDirectory(prefix="lockstep-bench-")
        self.logs = [open(f"{self.folder.name}/{rank}.log", "w+") for rank in range(kind.ranks)]
        command = [*pinned(cpus), sys.executable, "-m", "bench.worker", "--library", kind.library,
                   "--trace", trace, "--data", data, "--batch", str(batch), "--ranks", str(kind.ranks),
                   "--threads", str(kind.threads), "--store", f"{self.folder.name}/store"]
        self.processes = [
            subprocess.Popen([*command, "--rank", str(rank)], bufsize=0, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=self.logs[rank], env=environment(kind.threads))
            for rank in range(kind.ranks)]
        self.unread = [b""] * kind.ranks

    def losses(self):
        """The mean loss of each of the trace's steps."""
        return [statistics.mean(of_ranks) for of_ranks in zip(*self.ask("losses"))]

    def calibrate(self, seconds):
        """Warms up, and finds how many steps fill a measurement of so many seconds."""
        steps, took = 1, 0.0
        while took < min(0.5, seconds):
            steps *= 2
            took = self.window_seconds(steps, windows=1)[0]
        self.steps = max(1, math.ceil(steps * seconds / took / WINDOWS))

    def images_per_second(self):
        return self.batch * self.steps / statistics.median(self.window_seconds(self.steps, WINDOWS))

    def window_seconds(self, steps, windows):
        """A window ends when its slowest rank ends."""
        answers = self.ask(f"run {steps} {windows}")
        if not all(math.isfinite(answer["loss"]) for answer in answers):
            raise Failed("its loss is no longer a number")
        return [max(of_ranks) for of_ranks in zip(*(answer["seconds"] for answer in answers))]

    def ask(self, question):
        try:
            for process in self.processes:
                process.stdin.write(question.encode() + b"\n")
        except BrokenPipeError:
            self.fail("ended early")
        deadline = time.monotonic() + self.patience
        return [json.loads(self.answer(rank, deadline)) for rank in range(len(self.processes))]

    def answer(self, rank, deadline):
        output = self.processes[rank].stdout
        while b"\n" not in self.unread[rank]:
            if not select.select([output], [], [], max(0, deadline - time.monotonic()))[0]:
                self.fail(f"no answer within {self.patience} s")
            chunk = os.read(output.fileno(), 65536)
            if not chunk:
                self.fail("ended early")
            self.unread[rank] += chunk
        line, self.unread[rank] = self.unread[rank].split(b"\n", 1)
        return line

    def fail(self, what):
        for log in self.logs:
            log.seek(0)
        messages = [reason_in(log.read()) for log in self.logs]
        raise Failed(f"{what}: {'; '.join(dict.fromkeys(messages))}")

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()
        for log in self.logs:
            log.close()
        self.folder.cleanup()


def environment(threads):
    return {
        **os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads),
        "CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu", "GLOO_SOCKET_IFNAME": "lo",
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
        "TORCHINDUCTOR_COMPILE_THREADS": "1",  # else a pool of idle processes stays around
    }
