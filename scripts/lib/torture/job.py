"""One attempt of a run: the trainer alone, under mpirun, or under its own launcher."""

import os
import pathlib
import signal
import subprocess
import time


class Late(Exception):
    """It did not end in its time."""


def processes(folder):
    """(pid, words of the command line) of every process that was started for a run folder."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if str(folder) in words:
                found.append((int(entry.name), words))
    return found


def handles(pid, number):
    """Whether a process catches a signal or keeps it waiting: one whose libraries are still loading dies of it."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return False
    masks = [int(line.split()[1], 16) for line in lines if line.startswith(("SigCgt:", "SigBlk:"))]
    return any(mask >> (number - 1) & 1 for mask in masks)


class Job:
    """Goes on with the run in a folder, or begins it."""

    def __init__(self, trainer, folder, flags, ranks, log, limit_bytes=None, launched=False):
        words = ["train", "--run-dir", str(folder), "--resume", "auto", "--quiet", *flags]
        # Of the ranks alone: mpirun needs files of its own, and hangs without.
        limit = ["bash", "-c", f"ulimit -f {limit_bytes // 1024}; exec \"$@\"", "bash"] if limit_bytes else []
        if launched:
            words = [trainer, "launch", "-np", str(ranks), "--", *words]
        else:
            words = [*(["mpirun", "-np", str(ranks)] if ranks else []), *limit, trainer, *words]
        self.trainer, self.folder, self.ranks, self.log = trainer, folder, ranks, pathlib.Path(log)
        with open(log, "ab") as file:
            file.write(f"\n$ {' '.join(words)}\n".encode())
            file.flush()
            self.offset = file.tell()
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                            start_new_session=True)

    def rank_processes(self):
        return [pid for pid, words in processes(self.folder) if words[:2] == [self.trainer, "train"]]

    def mpirun_processes(self):
        return [pid for pid, words in processes(self.folder) if words[0].endswith("mpirun")]

    def send(self, number, pid):
        if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT) and not handles(pid, number):
            return False
        try:
            os.kill(pid, number)
            return True
        except ProcessLookupError:
            return False

    def wait(self, seconds):
        """The status, as a shell tells it: 128 and the signal's number for a death by one."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.destroy()
            raise Late(f"no end after {seconds:.0f} s") from None
        return 128 - status if status < 0 else status

    def leftovers(self, seconds=3):
        """Processes that are there after the end, given a moment."""
        end = time.monotonic() + seconds
        while (rest := processes(self.folder)) and time.monotonic() < end:
            time.sleep(0.05)
        return rest

    def destroy(self):
        for pid, _ in processes(self.folder):
            self.send(signal.SIGKILL, pid)
        self.process.wait()

    def text(self):
        """What it printed."""
        with open(self.log, "rb") as file:
            file.seek(self.offset)
            return file.read().decode(errors="replace")
