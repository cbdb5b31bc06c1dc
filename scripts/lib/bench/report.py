"""Writes results as JSON and as Markdown."""

import json
import statistics


def spread(values):
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def write_json(path, results):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n")


def markdown_table(headings, rows, words=(0,)):
    """The columns of these numbers are text, the others are figures."""
    rule = ["---" if column in words else "--:" for column in range(len(headings))]
    lines = [headings, rule, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def thousands(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}"
