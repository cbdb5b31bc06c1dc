"""The Markdown of bench-vs-peers: a table per section, rows below 1 first."""

import statistics

from bench import machine, report, summary
from bench.cases import SECTIONS
from bench.contest import TOLERANCE

COLUMNS = {  # a figure of our sides: its heading, and a cell
    "peak_share": ("our share of the FMA peak", lambda shares: f"{100 * statistics.median(shares):.0f} %"),
    "peak_memory_bytes": ("memory in MiB", lambda sizes: report.thousands(max(sizes) / 2**20)),
}


def document(sections, pictures):
    """All sections that were ever measured; pictures maps some of them to their charts."""
    largest = max((difference for section in sections.values() for result in section["results"]
                   for difference in result["loss_differences"].values()), default=0)
    parts = [
        "# Lockstep against PyTorch and JAX\n\n"
        "Training steps in images per second: the median of the rounds, in which the sides take turns. Ratio: "
        "ours to the best of the others in the same round, as median (min … max). Rows below 1, in bold, "
        "stand first in their table. Every side starts from the same weights and gives the same losses on the same 5 batches "
        f"within {TOLERANCE:g} (largest difference: {largest:.0e}), then trains on shuffled batches of the same "
        "MNIST in memory: 32-bit floats, SGD with our lr, momentum and decay, one thread per core, pinned. "
        "PyTorch keeps convolutions channels-last and its SGD is fused, but not in the article's script; "
        "lenet5 has our Gaussian output on every side. `scripts/bench-vs-peers --cases NAME` measures one "
        "section again.\n\n## All ratios\n\n", summary.tables(sections)]
    for key, about in SECTIONS.items():
        if key in sections:
            parts += [f"\n## {about.title}\n\n{about.about} (`{key}`)\n\n", table(about, sections[key]["results"]),
                      *failures(sections[key]["results"])]
            if key in pictures:
                parts.append(f"\n![{about.title}]({pictures[key]})\n")
            parts.append(f"\n{settings(sections[key])}\n")
    return "".join(parts)


def table(about, results):
    """Of one section."""
    rows = (comparison_rows if about.by_comparison else contest_rows)(about, results)
    cells = [cells for _, cells in sorted(rows, key=lambda row: order(row[0]))]
    if about.by_comparison:
        headings = ["", "ours", "images/s", "against", "images/s", "ratio"]
        return report.markdown_table(headings, cells, words=[0, 1, 3])
    first = results[0]
    further = [heading for heading, _ in own_columns(about, first)]
    return report.markdown_table(["", *first["ours"], *first["peers"], *further, "ratio"], cells)


def order(ratio):
    """Below 1, without a ratio, all others."""
    return 0 if summary.is_below_one(ratio) else 2 if ratio else 1


def contest_rows(about, results):
    """A ratio and the cells, for each contest."""
    for result in results:
        ratio = result["comparisons"][0]["ratio"] if result["comparisons"] else None
        yield ratio, [result["label"], *(speed(result, name) for name in result["ours"] + result["peers"]),
                      *(cell for _, cell in own_columns(about, result)), ratio_cell(ratio)]


def own_columns(about, result):
    """Heading and cell of the section's further figures, for each of our sides."""
    for figure in about.columns:
        heading, cell = COLUMNS[figure]
        for name in result["ours"]:
            values = result[figure].get(name)
            yield heading + (f", {name}" if len(result["ours"]) > 1 else ""), cell(values) if values else "–"


def comparison_rows(_, results):
    for result in results:
        for one in result["comparisons"]:
            best = max(one["against"], key=lambda name: median(result, name))
            yield one["ratio"], [result["label"], one["ours"], speed(result, one["ours"]), best,
                                 speed(result, best), ratio_cell(one["ratio"])]


def median(result, name):
    rounds = result["images_per_second"].get(name)
    return statistics.median(rounds) if rounds else 0


def speed(result, name):
    if name in result["failed"]:
        return "failed"
    return report.thousands(median(result, name)) if name in result["images_per_second"] else "not measured"


def ratio_cell(ratio):
    return summary.cell(ratio) + (f" ({ratio['min']:.2f} … {ratio['max']:.2f})" if ratio else "")


def failures(results):
    lines = [f"- {result['label']}, {name}: {reason}\n"
             for result in results for name, reason in result["failed"].items()]
    return ["\nFailed:\n\n", *lines] if lines else []


def settings(section):
    return f"{machine.sentence(section['machine'])} {section['rounds']} rounds of {section['seconds']} s a side."
