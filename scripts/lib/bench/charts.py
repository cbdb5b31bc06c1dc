"""Charts for README, on a white ground."""

import statistics

import matplotlib

from bench.cases import SECTIONS

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402 (the backend is chosen first)

COLOURS = ["#d1495b", "#30638e", "#7ea8c9", "#9aa5b1"]  # ours first
LINES = ["#d1495b", "#30638e", "#3a9679"]  # of models
pyplot.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False})


def peers(sections, folder):
    """Draws what was measured of bench-vs-peers; tells which section's chart is in which file."""
    pictures = {}
    bars = {key: found for key in ("core-32", "core-128", "two-64") if (found := compared(sections, key))}
    if bars:
        against_peers(bars, folder / "peers.png")
        pictures[list(bars)[-1]] = "peers.png"
    for key, setting, title in (("width", "hidden_size", "hidden units"),
                                ("samples", "global_batch", "samples per rank")):
        if found := compared(sections, key):
            curves(found, setting, title, folder / f"peers-{key}.png")
            pictures[key] = f"peers-{key}.png"
    return pictures


def compared(sections, key):
    """The results of a section that have a ratio."""
    results = sections[key]["results"] if key in sections else []
    return [result for result in results if result["comparisons"][0]["ratio"]]


def against_peers(sections, path):
    """A panel per section, a group per model, a bar per side: images/s as a share of the best peer's."""
    figure, axes = pyplot.subplots(len(sections), 1, figsize=(9, 2.9 * len(sections)), squeeze=False)
    for axis, (key, results) in zip(axes[:, 0], sections.items()):
        sides = results[0]["ours"] + results[0]["peers"]
        width = 0.8 / len(sides)
        for side, (name, colour) in enumerate(zip(sides, COLOURS)):
            for group, result in enumerate(results):
                peer_bar(axis, group + (side - (len(sides) - 1) / 2) * width, width, result, name, colour,
                         label=name if group == 0 else None)
        axis.axhline(1, color="#333", linewidth=0.8, linestyle="--")
        axis.set_xticks(range(len(results)), [result["label"] for result in results])
        axis.set_ylabel("speed, best peer = 1")
        axis.set_title(SECTIONS[key].title, loc="left", fontweight="bold")
        axis.margins(y=0.15)
        axis.legend(frameon=False, ncols=len(sides), loc="lower right", bbox_to_anchor=(1, 1))
    save(figure, path)


def peer_bar(axis, x, width, result, name, colour, label):
    rounds, comparison = result["images_per_second"], result["comparisons"][0]
    best = max(statistics.median(rounds[peer]) for peer in comparison["against"] if peer in rounds)
    if name not in rounds:
        axis.bar(x, 0, width, color=colour, label=label)
        axis.text(x, 0.03, "failed", rotation=90, ha="center", va="bottom", fontsize=8, color="#666")
        return
    if name != comparison["ours"]:
        axis.bar(x, statistics.median(rounds[name]) / best, width, color=colour, label=label)
        return
    ratio = comparison["ratio"]
    axis.bar(x, ratio["median"], width, color=colour, label=label, ecolor="#333", capsize=2, yerr=reach([ratio]))
    axis.annotate(f"{ratio['median']:.2f}×", (x, ratio["max"]), (0, 3), textcoords="offset points",
                  ha="center", fontsize=9, fontweight="bold")


def curves(results, setting, title, path):
    """Our speed over the best peer's against a setting: a line per model and batch, those of one batch alike."""
    lines = {}
    for result in results:
        settings = result["settings"]
        batch = f", batch {settings['global_batch']}" if setting != "global_batch" else ""
        lines.setdefault(settings["model"] + batch, []).append(
            (settings[setting], result["comparisons"][0]["ratio"]))
    figure, axis = pyplot.subplots(figsize=(9, 4.2))
    models = list(dict.fromkeys(name.split(",")[0] for name in lines))
    batches = list(dict.fromkeys(name.partition(",")[2] for name in lines))
    for name, points in lines.items():
        model, _, batch = name.partition(",")
        ratios = [ratio for _, ratio in points]
        axis.errorbar([x for x, _ in points], [ratio["median"] for ratio in ratios], yerr=reach(ratios),
                      label=name, color=LINES[models.index(model)], linestyle=["-", "--"][batches.index(batch)],
                      marker="o", markersize=4, capsize=2)
    axis.axhline(1, color="#333", linewidth=0.8, linestyle="--")
    axis.set_xscale("log", base=2)
    values = sorted({result["settings"][setting] for result in results})
    axis.set_xticks(values, map(str, values))
    axis.minorticks_off()
    axis.set_ylim(bottom=0)
    axis.set(xlabel=title, ylabel="speed, best peer = 1")
    axis.legend(frameon=False, ncols=3, loc="lower right", bbox_to_anchor=(1, 1))
    save(figure, path)


def reach(ratios):
    """From the medians down to the minima and up to the maxima, as matplotlib's error bars are given."""
    return [[ratio["median"] - ratio["min"] for ratio in ratios],
            [ratio["max"] - ratio["median"] for ratio in ratios]]


def scaling(results, cores, path):
    """Speed-up over one rank beside what the cores could give, and where each rank's time goes."""
    kinds = [kind for kind in ("strong", "weak") if results[kind]]
    figure, axes = pyplot.subplots(2, len(kinds), figsize=(4.6 * len(kinds), 6.4), squeeze=False)
    for (speed, time), kind in zip(axes.T, kinds):
        points = results[kind]
        names = [f"{point['ranks']}" + (" *" if point["oversubscribed"] else "") for point in points]
        bars = speed.bar(names, [point["speed_up"] for point in points], 0.6, color=COLOURS[0])
        speed.bar_label(bars, [f"{point['speed_up']:.2f}×" for point in points], padding=2)
        ideal = [min(point["ranks"], cores) for point in points]
        speed.plot(names, ideal, "k_", markersize=30, label="ideal on these cores")
        speed.set(title=f"{kind} scaling", ylabel="speed-up over 1 rank")
        speed.margins(y=0.15)
        speed.legend(frameon=False, loc="upper left")
        rank_times(time, points)
    if any(point["oversubscribed"] for kind in kinds for point in results[kind]):
        figure.text(0.01, 0.005, f"* oversubscribed: more ranks than the machine's {cores} cores", fontsize=9)
    save(figure, path)


def rank_times(axis, points):
    """A stacked bar per rank, the ranks of one run side by side."""
    names, heights = [], {"compute": [], "reduction": [], "wait": []}
    for point in points:
        for rank, times in enumerate(point["per_rank"]):
            names.append(f"{rank}\nof {point['ranks']}")
            for phase in heights:
                heights[phase].append(times[f"{phase}_ms"])
    below = [0] * len(names)
    for (phase, values), colour in zip(heights.items(), COLOURS[1:]):
        axis.bar(range(len(names)), values, 0.7, bottom=below, color=colour, label=phase)
        below = [a + b for a, b in zip(below, values)]
    axis.set_xticks(range(len(names)), names)
    axis.set(ylabel="ms per step", xlabel="rank")
    axis.margins(y=0.25)
    axis.legend(frameon=False, ncols=3, loc="upper left")


def save(figure, path):
    figure.tight_layout(rect=(0, 0.02, 1, 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
