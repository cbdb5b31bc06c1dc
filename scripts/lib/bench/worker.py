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


def side_for(options):
    """Only the asked-for library is loaded."""
    if options.library == "convolution":
        from bench.convolution_side import ConvolutionSide
        return ConvolutionSide([int(number) for number in options.shape.split(",")])
    from bench.trace import read_trace
    from idx import read_idx
    trace = read_trace(options.trace)
    if trace.optimizer != "sgd":
        sys.exit(f"{options.trace}: the peers know only sgd, not {trace.optimizer}")
    images = read_idx(options.data, "train-images")
    labels = read_idx(options.data, "train-labels")
    place = Place(options.rank, options.ranks, options.threads, options.store)
    if options.library == "article":
        from bench.article import ArticleSide
        return ArticleSide(trace, images, labels)
    if options.library == "jax":
        from bench.jax_side import JaxSide
        return JaxSide(trace, images, labels, place)
    from bench.torch_side import TorchSide
    return TorchSide(trace, images, labels, place, compiled=options.library == "compile")


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
    parser.add_argument("--library", choices=["torch", "compile", "jax", "article", "convolution"])
    for word in ("trace", "data", "shape", "store"):
        parser.add_argument(f"--{word}")
    for number in ("rank", "ranks", "threads"):
        parser.add_argument(f"--{number}", type=int)
    serve(side_for(parser.parse_args()), answers)


if __name__ == "__main__":
    main()
