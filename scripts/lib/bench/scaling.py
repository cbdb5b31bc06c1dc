"""bench-scaling: the same training step on more and more ranks."""

import sys

from bench import charts, machine, report
from bench.options import Parser, positive
from bench.trainer import Failed, bench_step

PHASES = ["input_ms", "forward_ms", "backward_ms", "update_ms"]  # all but the reduction


def per_rank(run):
    """Milliseconds of a step, rank by rank. A rank that comes early waits inside the exchange, so the
    exchange itself costs what it cost the rank that spent the least in it; the rest is waiting."""
    ranks = run["phases_per_rank"]
    reduction = min(rank["reduction_ms"] for rank in ranks)
    return [{"compute_ms": sum(rank[phase] for phase in PHASES),
             "wait_ms": rank["reduction_ms"] - reduction, "reduction_ms": reduction} for rank in ranks]


def point(kind, ranks, runs, cores):
    """One bar of the chart; the times are those of the run with the median speed."""
    speeds = [run["images_per_second"] for run in runs]
    middle = sorted(runs, key=lambda run: run["images_per_second"])[len(runs) // 2]
    return {"kind": kind, "ranks": ranks, "global_batch": middle["global_batch"],
            "shards": middle["shards"], "oversubscribed": ranks > cores,
            "images_per_second": report.spread(speeds), "rounds": speeds,
            "step_ms": middle["step_ms"], "per_rank": per_rank(middle)}


def compared(points, cores):
    """Adds speed-up and efficiency: against one rank, and against as many as there are cores to run them."""
    base = points[0]["images_per_second"]["median"]
    for each in points:
        each["speed_up"] = each["images_per_second"]["median"] / base
        each["efficiency"] = each["speed_up"] / min(each["ranks"], cores)
    return points


def measure(options, cores):
    """All settings take turns, round by round; strong and weak share the run on one rank."""
    def settings(kind, ranks):
        scale = ranks if kind == "weak" else 1
        return ranks, options.global_batch * scale, options.shards * scale

    keys = [(kind, ranks) for kind in ("strong", "weak") for ranks in options.ranks]
    runs = {settings(*key): [] for key in keys}
    for number in range(options.rounds):
        for (ranks, batch, shards), measured in runs.items():
            measured.append(bench_step(
                options.trainer, cpus=machine.cores(ranks), seconds=options.seconds, data=options.data,
                ranks=ranks, model=options.model, global_batch=batch, shards=shards,
                products=options.products))
            print(f"round {number + 1}: {ranks} ranks, batch {batch}: "
                  f"{report.thousands(measured[-1]['images_per_second'])} images/s",
                  file=sys.stderr, flush=True)
    return {kind: compared([point(kind, ranks, runs[settings(kind, ranks)], cores)
                            for ranks in options.ranks], cores)
            for kind in ("strong", "weak")}


def times(point, phase):
    return " / ".join(f"{rank[f'{phase}_ms']:.2f}" for rank in point["per_rank"])


def text(results):
    parts = [
        f"Model {results['model']}"
        + (", OpenBLAS's products" if results["products"] == "openblas" else "")
        + ". Strong scaling: one global batch, shared by all ranks. Weak scaling: as "
        "much for every rank. Speed-up over one rank; efficiency = speed-up / min(ranks, cores). Compute, "
        "wait and reduction are ms a step, rank by rank; wait = time in the exchange beyond the fastest "
        "rank's.\n"]
    for kind in ("strong", "weak"):
        rows = [[f"{each['ranks']}" + (" (oversubscribed)" if each["oversubscribed"] else ""),
                 f"{each['global_batch']} / {each['shards']}",
                 "{median:,.0f} ({min:,.0f} … {max:,.0f})".format(**each["images_per_second"]),
                 f"{each['speed_up']:.2f}", f"{100 * each['efficiency']:.0f} %",
                 *(times(each, phase) for phase in ("compute", "wait", "reduction"))]
                for each in results[kind]]
        parts += [f"\n**{kind.capitalize()} scaling**\n\n", report.markdown_table(
            ["ranks", "batch / shards", "images/s (min … max)", "speed-up", "efficiency", "compute", "wait",
             "reduction"], rows)]
    settings = f"{results['rounds']} rounds of {results['seconds']} s."
    return "".join([*parts, f"\n{machine.sentence(results['machine'])} {settings}\n"])


def ranks_list(text):
    """Distinct, ascending, with 1 in front: everything is compared with one rank."""
    return sorted({1, *map(positive(int), text.split(","))})


def main():
    parser = Parser("bench-scaling")
    parser.add_argument("--model", default="lstm")
    parser.add_argument("--ranks", type=ranks_list, default=[1, 2, 4])
    parser.add_argument("--global-batch", type=positive(int), default=128)
    parser.add_argument("--shards", type=positive(int), default=8)
    parser.add_argument("--products", choices=["own", "openblas"], default="own")
    parser.add_argument("--rounds", type=positive(int), default=5)
    parser.add_argument("--seconds", type=positive(float), default=2.0)
    options = parser.parse_args()
    if options.shards < max(options.ranks):
        parser.error(f"--shards {options.shards}: every rank needs a shard, and there are up to "
                     f"{max(options.ranks)} ranks")

    cores = len(machine.cores(None))
    about = machine.description()
    try:
        measured = measure(options, cores)
    except Failed as reason:
        sys.exit(f"bench-scaling: the trainer failed: {reason}")
    results = {"machine": about, "model": options.model, "products": options.products, "rounds": options.rounds,
               "seconds": options.seconds, **measured}
    report.write_json(options.out / "scaling.json", results)
    (options.out / "scaling.md").write_text(text(results))
    charts.scaling(results, cores, options.out / "scaling.png")
    print(text(results))


if __name__ == "__main__":
    main()
