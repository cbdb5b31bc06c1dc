"""The convolutions of `trainer bench kernels` against PyTorch's."""

import contextlib

from bench import machine
from bench.cases import OURS, Comparison, Ours
from bench.contest import Record
from bench.peer import Kind, Peer
from bench.trainer import Failed, bench_kernels

KERNELS, PYTORCH = Ours(OURS, {}), Kind("PyTorch", "convolution")


def contests(options):
    """A result for each shape that our side lists; its figures are missing where it cannot measure them yet."""
    cpus = machine.cores(1)

    def kernels(seconds):
        return bench_kernels(options.trainer, cpus=cpus, seconds=seconds, only="convolutions")["convolutions"]

    try:
        shapes = kernels(0.1)
    except Failed as reason:
        record = Record("all shapes", [KERNELS], [PYTORCH], [])
        with record.attempt(OURS):
            raise reason
        return [record.result()]
    records = [Record(shape["name"], [KERNELS], [PYTORCH], [Comparison(OURS, [PYTORCH.name])],
                      settings=shape, cpus=cpus) for shape in shapes]
    with contextlib.ExitStack() as stack:
        peers = []
        for record, shape in zip(records, shapes):
            numbers = [shape[key] for key in ("batch", "inputs", "outputs", "side", "kernel", "padding")]
            peers.append(Peer(PYTORCH, ["--shape", ",".join(map(str, numbers))], batch=shape["batch"], cpus=cpus))
            stack.callback(peers[-1].close)
            with record.attempt(PYTORCH.name):
                peers[-1].calibrate(options.seconds)
        for _ in range(options.rounds):
            take_turns(records, peers, lambda: kernels(options.seconds * len(shapes)))
    return [record.result() for record in records]


def take_turns(records, peers, kernels):
    """One round; our side measures all shapes in one run."""
    ours = None
    for record in records:
        if OURS not in record.failed:
            with record.attempt(OURS):
                ours = ours or kernels()
    for number, (record, peer) in enumerate(zip(records, peers)):
        if ours and (speed := ours[number]["ours_gflops"]):
            images = speed * 1e9 / ours[number]["operations"] * ours[number]["batch"]
            record.add(OURS, {"images_per_second": images, "peak_share": ours[number]["peak_share"]})
        if PYTORCH.name not in record.failed:
            with record.attempt(PYTORCH.name):
                record.add(PYTORCH.name, peer.measure())
