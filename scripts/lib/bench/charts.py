"""Bar charts for README, on a white ground."""

import statistics

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402 (the backend is chosen first)

COLOURS = ["#d1495b", "#30638e", "#7ea8c9", "#9aa5b1"]  # ours first
pyplot.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False})


def peers(panels, ours, path):
    """A panel per case, a group per model, a bar per side: images/s as a share of the best peer's."""
    figure, axes = pyplot.subplots(len(panels), 1, figsize=(9, 2.9 * len(panels)), squeeze=False)
    for axis, (title, (sides, results)) in zip(axes[:, 0], panels.items()):
        width = 0.8 / len(sides)
        for side, (name, colour) in enumerate(zip(sides, COLOURS)):
            for group, result in enumerate(results):
                peer_bar(axis, group + (side - (len(sides) - 1) / 2) * width, width, result, name, colour,
                         ours, label=name if group == 0 else None)
        axis.axhline(1, color="#333", linewidth=0.8, linestyle="--")
        axis.set_xticks(range(len(results)), [result["model"] for result in results])
        axis.set_ylabel("speed, best peer = 1")
        axis.set_title(title, loc="left", fontweight="bold")
        axis.margins(y=0.15)
        axis.legend(frameon=False, ncols=len(sides), loc="lower right", bbox_to_anchor=(1, 1))
    save(figure, path)


def peer_bar(axis, x, width, result, name, colour, ours, label):
    rounds = result["images_per_second"]
    best = max(statistics.median(rounds[peer]) for peer in rounds if peer != ours)
    if name not in rounds:
        axis.bar(x, 0, width, color=colour, label=label)
        axis.text(x, 0.03, "failed", rotation=90, ha="center", va="bottom", fontsize=8, color="#666")
        return
    if name != ours:
        axis.bar(x, statistics.median(rounds[name]) / best, width, color=colour, label=label)
        return
    ratio = result["ratio"]
    axis.bar(x, ratio["median"], width, color=colour, label=label, ecolor="#333", capsize=2,
             yerr=[[ratio["median"] - ratio["min"]], [ratio["max"] - ratio["median"]]])
    axis.annotate(f"{ratio['median']:.2f}×", (x, ratio["max"]), (0, 3), textcoords="offset points",
                  ha="center", fontsize=9, fontweight="bold")


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
