import argparse
import os
import random
import statistics
import sys
import time

from torture import faults
from torture.campaign import Campaign


def parse():
    parser = argparse.ArgumentParser(prog="torture", usage="scripts/torture --help")
    parser.add_argument("--work", required=True)
    parser.add_argument("--trainer", required=True)
    parser.add_argument("--seconds", type=float, default=900)
    parser.add_argument("--faults", type=int, default=150)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", type=lambda text: text.split(","), default=faults.KINDS)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    for kind in options.only:
        if kind not in faults.KINDS:
            parser.exit(64, f"torture: there is no '{kind}' among {', '.join(faults.KINDS)}\n")
    if options.list:
        print("\n".join(faults.KINDS))
        parser.exit(0)
    if not os.access(options.trainer, os.X_OK):
        parser.exit(66, f"torture: {options.trainer} is missing: swift build -c release\n")
    options.trainer = os.path.realpath(options.trainer)
    return options


def main():
    options = parse()
    print(f"seed {options.seed}", flush=True)
    campaign = Campaign(options, random.Random(options.seed))
    start = time.monotonic()
    campaign.go()
    print(f"{'fault':20} {'done':>5} {'refused':>8} {'median s':>9} {'longest s':>10}")
    for kind in options.only:
        seconds = campaign.seconds[kind] or [0]
        print(f"{kind:20} {campaign.done[kind]:5} {campaign.refused[kind]:8} "
              f"{statistics.median(seconds):9.1f} {max(seconds):10.1f}")
    print(f"{sum(campaign.done.values())} faults in {time.monotonic() - start:.0f} s, "
          f"{len(campaign.wrong)} runs lost, wrong, late or with leftovers")
    sys.exit(1 if campaign.wrong else 0)


main()
