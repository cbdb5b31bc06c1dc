"""Every ratio of bench-vs-peers on one page: what README shows."""

from bench import report
from bench.cases import MODELS, SECTIONS


def tables(sections):
    """The article's job, the networks side by side, the convolutions; in each, rows below 1 first."""
    of = {key: sections[key]["results"] for key in SECTIONS if key in sections}
    recipe, convolutions = of.pop("recipe", []), of.pop("convolutions", [])
    return "\n".join(table for table in (column(recipe), matrix(of), column(convolutions)) if table)


def column(results):
    """A row per comparison."""
    rows = [(one["ratio"], [result["label"], one["ours"], alternatives(one), cell(one["ratio"])])
            for result in results for one in result["comparisons"]]
    rows.sort(key=lambda row: not is_below_one(row[0]))
    return rows and report.markdown_table(
        ["", "ours", "against", "ratio"], [cells for _, cells in rows], words=[0, 1, 2])


def matrix(sections):
    """A row per setting, a column per network."""
    rows = {}
    for key, results in sections.items():
        for result in results:
            for one in result["comparisons"]:
                rows.setdefault(title(key, result, one), {})[result["model"]] = one["ratio"]
    models = [model for model in MODELS if any(model in row for row in rows.values())]
    ordered = sorted(rows.items(), key=lambda row: not any(map(is_below_one, row[1].values())))
    return rows and report.markdown_table(
        ["", *models], [[name, *(cell(row.get(model)) for model in models)] for name, row in ordered])


def is_below_one(ratio):
    return bool(ratio) and ratio["median"] < 1


def title(key, result, comparison):
    """A row's name: what the contest is, without the network's name."""
    setting = result["label"].removeprefix(result["model"]).strip(" ,")
    if result["peers"]:
        return ", ".join(part for part in (SECTIONS[key].title, setting) if part)
    return f"{comparison['ours']}, against {alternatives(comparison)}"


def alternatives(comparison):
    names = comparison["against"]
    return names[0] if len(names) == 1 else f"the best of {', '.join(names)}"


def cell(ratio):
    """Bold where it is below 1."""
    if not ratio:
        return "–"
    text = f"{ratio['median']:.2f}"
    return f"**{text}**" if is_below_one(ratio) else text
