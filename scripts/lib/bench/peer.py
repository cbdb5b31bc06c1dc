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

WINDOWS = 10  # of a measurement, if so many steps fit, as in `trainer bench step`; the result is their median


class Kind(NamedTuple):
    name: str
    library: str  # of bench.worker
    ranks: int = 1
    threads: int | None = 1  # None: as many as the library takes by itself


class Peer:
    """Measures images/s of a batch after the other; arguments are the worker's, and say what it does to one."""

    def __init__(self, kind, arguments, *, batch, cpus, patience=300):
        self.kind, self.batch, self.patience = kind, batch, patience
        self.folder = tempfile.TemporaryDirectory(prefix="lockstep-bench-")
        self.logs = [open(f"{self.folder.name}/{rank}.log", "w+") for rank in range(kind.ranks)]
        command = [*pinned(cpus), sys.executable, "-m", "bench.worker", "--library", kind.library, *arguments,
                   "--ranks", str(kind.ranks), "--threads", str(kind.threads or 0),
                   "--store", f"{self.folder.name}/store"]
        self.processes = [
            subprocess.Popen([*command, "--rank", str(rank)], bufsize=0, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=self.logs[rank], env=environment(kind.threads))
            for rank in range(kind.ranks)]
        self.unread = [b""] * kind.ranks

    def losses(self):
        """The mean loss of each of the trace's steps."""
        return [statistics.mean(of_ranks) for of_ranks in zip(*self.ask("losses"))]

    def calibrate(self, seconds):
        """Warms up, and finds how many windows of how many steps fill a measurement of so many seconds."""
        self.window_seconds(1, windows=1)  # compiles
        steps, took = 1, 0.0
        while took < min(0.5, seconds):
            steps *= 2
            took = self.window_seconds(steps, windows=1)[0]
        fitting = max(1, round(steps * seconds / took))
        self.windows = min(WINDOWS, fitting)
        self.steps = fitting // self.windows

    def measure(self):
        seconds = statistics.median(self.window_seconds(self.steps, self.windows))
        return {"images_per_second": self.batch * self.steps / seconds}

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
    """Ours, without what would bend the libraries' products, and with so many threads."""
    bent = {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OMP_NUM_THREADS", "MKL_NUM_THREADS"}
    count = {} if threads is None else {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
    return {
        **{name: value for name, value in os.environ.items() if name not in bent}, **count,
        "CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu", "GLOO_SOCKET_IFNAME": "lo",
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
        "TORCHINDUCTOR_COMPILE_THREADS": "1",  # else a pool of idle processes stays around
    }
