"""What is done to a job while it runs, and how it may end then."""

import signal
import time

from torture import damage

STOPPED = {0, 75}
ANY = None  # a killed job has whatever status its launcher makes of it
TIMEOUT = 3  # seconds, of the watchdog


class Live:
    """Something done at a random moment of a job's life."""
    least_ranks = 0
    launched = False  # by `trainer launch`, which goes on by itself
    seconds = 0  # that it adds to the job's time

    def __init__(self, kind, act, statuses, **about):
        self.kind, self.act, self.statuses = kind, act, statuses
        vars(self).update(about)


def to_rank(number):
    def act(job, random):
        pids = job.rank_processes()
        return bool(pids) and job.send(number, random.choice(pids))
    return act


def to_mpirun(number):
    def act(job, random):
        return any([job.send(number, pid) for pid in job.mpirun_processes()])
    return act


def to_launcher(number):
    return lambda job, random: job.send(number, job.process.pid)


def pause(job, random):
    pids = job.rank_processes()
    if not pids:
        return False
    pid = random.choice(pids)
    job.send(signal.SIGSTOP, pid)
    time.sleep(random.uniform(0.1, TIMEOUT / 3))
    return job.send(signal.SIGCONT, pid)


def bit_flip(ranks, steps, random):
    return f"bitflip:rank={random.randrange(ranks)},step={random.randrange(2, steps)}"


LIVE = [
    Live("kill-rank", to_rank(signal.SIGKILL), ANY),
    Live("kill-mpirun", to_launcher(signal.SIGKILL), ANY, least_ranks=1),
    Live("term", to_rank(signal.SIGTERM), STOPPED),
    Live("int", to_rank(signal.SIGINT), STOPPED),
    Live("hup", to_rank(signal.SIGHUP), STOPPED),
    Live("usr1", to_rank(signal.SIGUSR1), STOPPED),
    Live("usr1-to-mpirun", to_launcher(signal.SIGUSR1), STOPPED, least_ranks=1),
    Live("usr2", to_rank(signal.SIGUSR2), {0}),
    Live("pause", pause, {0}, seconds=TIMEOUT),
    # A frozen process on its own cannot tell anybody. Reading and writing files may take ten times as long.
    Live("launched-kill-rank", to_rank(signal.SIGKILL), {0}, least_ranks=1, launched=True, seconds=20),
    Live("launched-kill-mpirun", to_mpirun(signal.SIGKILL), {0}, least_ranks=1, launched=True, seconds=20),
    Live("launched-term", to_launcher(signal.SIGTERM), STOPPED, least_ranks=1, launched=True),
    Live("kill-launcher", to_launcher(signal.SIGKILL), ANY, least_ranks=1, launched=True),
    Live("freeze", to_rank(signal.SIGSTOP), STOPPED, least_ranks=2, seconds=10 * TIMEOUT + 7),
]
OTHERS = ["second-writer", "full-disk", "bit-flip"]
KINDS = [fault.kind for fault in LIVE] + OTHERS + list(damage.KINDS)
