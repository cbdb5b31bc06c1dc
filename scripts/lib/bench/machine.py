"""What the measurements ran on, and which cores they may use."""

import datetime
import os
import pathlib
import platform
import re


def cores(count):
    """So many CPUs on cores of their own, of those this process may use; fewer if there are fewer."""
    chosen, taken = [], set()
    for cpu in sorted(os.sched_getaffinity(0)):
        if cpu not in taken:
            chosen.append(cpu)
            siblings = pathlib.Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
            taken |= numbers(siblings.read_text()) if siblings.exists() else {cpu}
    return chosen[:count]


def numbers(text):
    """"0-1,8" → {0, 1, 8}."""
    spans = (part.split("-") for part in text.strip().split(","))
    return {number for span in spans for number in range(int(span[0]), int(span[-1]) + 1)}


def pinned(cpus):
    return ["taskset", "-c", ",".join(map(str, cpus))]


def now():
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def description(**versions):
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    name = re.search(r"^model name\s*:\s*(.*)", cpuinfo.read_text() if cpuinfo.exists() else "", re.MULTILINE)
    return {
        "cpu": name[1] if name else platform.processor() or platform.machine(),
        "cores": len(cores(None)),
        "system": f"{platform.system()} {platform.machine()}",
        "date": now(),
        "load": round(os.getloadavg()[0], 2),
        "versions": versions,
    }


def sentence(machine):
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    busy = machine["load"] > 0.5
    return (f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}, {machine['date']}"
            + (f"; {versions}" if versions else "")
            + (f". **Load average {machine['load']} before the start: other programs were running**"
               if busy else "") + ".")
