"""One peer process: does what the driver's lines on stdin say, answers each with a line of JSON.

    losses             → [loss of each of the trace's steps]
    run STEPS WINDOWS  → {"seconds": [of each window of so many steps], "loss": the last one's}
"""

import argparse
import json
import os
import sys
from typing import NamedTuple


class Place(NamedTuple):
    """Where this process stands among its side's."""
    rank: int
    ranks: int
    threads: int
    store: str  # a file where the ranks find each other


def side_for(name, *arguments):
    """Only the asked-for library is loaded."""
    if name == "jax":
        from bench.jax_side import JaxSide
        return JaxSide(*arguments)
    from bench.torch_side import TorchSide
    return TorchSide(*arguments, compiled=name == "compile")


def serve(side, answers):
    for line in sys.stdin:
        command, *numbers = line.split()
        if command == "losses":
            answer = side.losses()
        else:
            steps, windows = map(int, numbers)
            runs = [side.run(steps) for _ in range(windows)]
            answer = {"seconds": [seconds for seconds, _ in runs], "loss": runs[-1][1]}
        print(json.dumps(answer), file=answers, flush=True)


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the libraries print goes to the log
    parser = argparse.ArgumentParser()
    parser.add_argument("--library", choices=["torch", "compile", "jax"])
    parser.add_argument("--trace")
    parser.add_argument("--data")
    parser.add_argument("--store")
    for number in ("batch", "rank", "ranks", "threads"):
        parser.add_argument(f"--{number}", type=int)
    options = parser.parse_args()

    from bench.trace import read_trace
    from idx import read_idx
    images = read_idx(options.data, "train-images-idx3-ubyte")
    labels = read_idx(options.data, "train-labels-idx1-ubyte")
    place = Place(options.rank, options.ranks, options.threads, options.store)
    serve(side_for(options.library, read_trace(options.trace), images, labels, options.batch, place), answers)


if __name__ == "__main__":
    main()
