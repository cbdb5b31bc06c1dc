"""Runs that are broken until enough faults are done, and what came of them."""

import collections
import json
import pathlib
import shutil
import signal
import time

from torture import damage, faults
from torture.disk import SmallDisk
from torture.job import Job, Late

SENTENCE = "error: "
REFUSALS = {65, 66, 73, 74, 76}
COMMON = ["--log-every", "1", "--timeout", str(faults.TIMEOUT)]
STEPS = 130
WORKLOADS = {
    "lstm": ["--model", "lstm", "--hidden-size", "16", "--global-batch", "48", "--shards", "6",
             "--checkpoint-every", "7", "--eval-every", "13", "--max-steps", str(STEPS)],
    "mlp": ["--model", "mlp", "--optimizer", "adam", "--dropout", "0.2", "--clip-norm", "0.5", "--global-batch",
            "60", "--checkpoint-every", "11", "--eval-every", "20", "--max-steps", str(STEPS)],
}
PUBLISHED = ["model.safetensors", "metrics.jsonl"]


class Wrong(Exception):
    """A run, or an attempt, that did not end as it must."""


class Campaign:
    def __init__(self, options, random):
        self.options, self.random = options, random
        self.work = pathlib.Path(options.work)
        self.done, self.refused = collections.Counter(), collections.Counter()
        self.wrong, self.seconds = [], collections.defaultdict(list)
        self.disk = SmallDisk(self.work / "disk")
        self.data = ["--data", str(self.work / "data")]
        self.references = {name: self.reference(name) for name in WORKLOADS}

    def job(self, folder, workload, ranks, *flags, **about):
        return Job(self.options.trainer, folder, [*self.data, *COMMON, *WORKLOADS[workload], *flags], ranks,
                   self.work / "log", **about)

    def reference(self, workload):
        """The bytes of an undisturbed run, the same at every world size, and the seconds each took."""
        seconds, published = {}, set()
        for ranks in range(5):
            folder = self.work / "reference"
            start = time.monotonic()
            job = self.job(folder, workload, ranks)
            if job.wait(120) != 0:
                raise SystemExit(f"torture: the undisturbed {workload} failed:\n{job.text()}")
            seconds[ranks] = time.monotonic() - start
            published.add(tuple((folder / name).read_bytes() for name in PUBLISHED))
            shutil.rmtree(folder)
        if len(published) != 1:
            raise SystemExit(f"torture: {workload} has other bytes at other world sizes")
        return seconds, published.pop()

    def kinds(self, ranks):
        """Those asked for that make sense at so many ranks."""
        live = [fault.kind for fault in faults.LIVE if ranks >= fault.least_ranks]
        others = [kind for kind in faults.OTHERS if kind != "bit-flip" or ranks >= 2]
        return [kind for kind in [*live, *others, *damage.KINDS] if kind in self.options.only]

    def go(self):
        start = time.monotonic()
        while (time.monotonic() - start < self.options.seconds
               or sum(self.done.values()) < self.options.faults):
            self.one_run(len(self.wrong) + sum(self.done.values()))

    def one_run(self, number):
        workload = self.random.choice(list(WORKLOADS))
        folder, kind, kept = self.work / f"run-{number}", "none", True
        try:
            for _ in range(self.random.randrange(1, 6)):
                ranks = self.random.randrange(5)
                kinds = self.kinds(ranks)
                if not kinds:
                    continue
                # Those done least are next, so that a short campaign meets all of them.
                least = min(self.done[kind] for kind in kinds)
                kind = self.random.choice([kind for kind in kinds if self.done[kind] <= least])
                self.done[kind] += 1
                kept = kept and not kind.endswith("-metrics")
                began = time.monotonic()
                over = self.attempt(kind, folder, workload, ranks)
                self.seconds[kind].append(time.monotonic() - began)
                if over:
                    break
            else:
                kind += ", then undisturbed"
                self.expect(self.job(folder, workload, self.random.randrange(5)), workload, {0})
            self.compare(folder, workload, kept)
        except (Wrong, Late) as reason:
            self.wrong.append(f"run {number}, {workload}, {kind}: {reason}")
            print(self.wrong[-1], flush=True)
            if self.options.keep and folder.exists():
                shutil.copytree(folder, f"torture-run-{number}", dirs_exist_ok=True)
                shutil.copyfile(self.work / "log", f"torture-run-{number}/log")
        shutil.rmtree(folder, ignore_errors=True)
        (self.work / "log").unlink(missing_ok=True)

    def attempt(self, kind, folder, workload, ranks):
        """Does one fault; whether the run is over."""
        if kind in damage.KINDS:
            return self.damaged(kind, folder, workload, ranks)
        if kind == "second-writer":
            return self.second_writer(folder, workload, ranks)
        if kind == "full-disk":
            return self.full_disk(folder, workload, ranks)
        if kind == "bit-flip":
            # A file in the folder keeps a fault from being done twice, as launch needs it.
            fault = faults.bit_flip(ranks, STEPS, self.random)
            status = self.expect(self.job(folder, workload, ranks, "--chaos", fault), workload, {0, 76})
            return status == 0
        fault = next(fault for fault in faults.LIVE if fault.kind == kind)
        job = self.job(folder, workload, ranks, launched=fault.launched)
        time.sleep(self.random.uniform(0, 1.05) * self.seconds_of(workload, ranks))
        fault.act(job, self.random)
        try:
            return self.expect(job, workload, fault.statuses, extra=fault.seconds) == 0
        except Late:
            # Frozen on its way out, when the others have gone: only mpirun is left, which waits for ever.
            if fault.kind == "freeze" and self.is_done(folder):
                return True
            raise

    def is_done(self, folder):
        try:
            return json.loads((folder / "status.json").read_text())["state"] == "done"
        except (OSError, ValueError, KeyError):
            return False

    def seconds_of(self, workload, ranks):
        return self.references[workload][0][ranks]

    def expect(self, job, workload, statuses, extra=0):
        """Waits for a job's end and makes sure that it is one of those documented, and that nothing is left of it."""
        status = job.wait(20 + extra + 4 * self.seconds_of(workload, job.ranks))
        if left := job.leftovers():
            job.destroy()
            raise Wrong(f"status {status}, and these processes were left: {left}")
        if statuses is not None and status not in statuses:
            raise Wrong(f"status {status} on {job.ranks} ranks, expected {statuses}:\n{job.text()[-3000:]}")
        if status in REFUSALS and SENTENCE not in job.text():
            raise Wrong(f"status {status} without a sentence:\n{job.text()[-3000:]}")
        return status

    def stopped(self, folder, workload, ranks):
        """Trains for a while; whether the run is over."""
        job = self.job(folder, workload, ranks)
        time.sleep(self.random.uniform(0.3, 1) * self.seconds_of(workload, ranks))
        faults.to_rank(signal.SIGTERM)(job, self.random)
        return self.expect(job, workload, faults.STOPPED) == 0

    def damaged(self, kind, folder, workload, ranks):
        if self.stopped(folder, workload, ranks):
            return True
        undo = damage.KINDS[kind](folder, self.random)
        if undo is None:
            return False
        status = self.expect(self.job(folder, workload, ranks), workload, {0} | REFUSALS)
        if status == 0:
            return True
        self.refused[kind] += 1
        undo()
        return self.expect(self.job(folder, workload, ranks), workload, {0}) == 0

    def second_writer(self, folder, workload, ranks):
        first = self.job(folder, workload, ranks)
        time.sleep(self.random.uniform(0, 0.9) * self.seconds_of(workload, ranks))
        second = self.job(folder, workload, self.random.randrange(3))
        deadline = 30 + 4 * self.seconds_of(workload, 4)
        statuses = sorted([first.wait(deadline), second.wait(deadline)])
        if statuses not in ([0, 0], [0, 73]):
            raise Wrong(f"two writers ended with {statuses}:\n{first.text()[-3000:]}")
        return True

    def full_disk(self, folder, workload, ranks):
        if folder.exists() or not self.disk.mount("300k"):
            # MPI's shared memory is a file, too: without it the ranks may not reach each other, and stop.
            job = self.job(folder, workload, ranks, limit_bytes=64 << 10)
            return self.expect(job, workload, {0, 74, 75} if ranks else {0, 74}) == 0
        try:
            small = self.disk.folder / "run"
            status = self.expect(self.job(small, workload, ranks), workload, {0, 74})
            if status == 74:
                self.disk.resize("100m")
                self.expect(self.job(small, workload, ranks), workload, {0})
            self.compare(small, workload)
            shutil.copytree(small, folder)
        finally:
            self.disk.unmount()
        return True

    def compare(self, folder, workload, kept=True):
        """Where lines of metrics were damaged they are gone; the others are those of the undisturbed run."""
        for name, expected in zip(PUBLISHED, self.references[workload][1]):
            found = (folder / name).read_bytes() if (folder / name).is_file() else b""
            if not kept and name == "metrics.jsonl":
                same = found and set(found.splitlines()) <= set(expected.splitlines())
            else:
                same = found == expected
            if not same:
                raise Wrong(f"{name} is not that of the undisturbed run")
        if rest := [path.name for path in folder.rglob("*.tmp.*")]:
            raise Wrong(f"left over: {rest}")
