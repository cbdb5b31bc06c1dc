"""Command-line values shared by the two benchmarks; the scripts print the help."""

import argparse
import pathlib
import sys


class Parser(argparse.ArgumentParser):
    def __init__(self, name):
        super().__init__(prog=name, add_help=False)
        self.add_argument("--trainer", required=True)
        self.add_argument("--data", required=True)
        self.add_argument("--out", type=pathlib.Path, required=True)

    def error(self, message):
        print(f"{self.prog}: {message}; see --help", file=sys.stderr)
        sys.exit(64)


def words(allowed):
    """A list of words separated by commas, each one of the allowed."""
    def parse(text):
        chosen = text.split(",")
        for word in chosen:
            if word not in allowed:
                raise argparse.ArgumentTypeError(f"'{word}' is none of {', '.join(allowed)}")
        return chosen
    return parse


def positive(number):
    def parse(text):
        value = number(text)
        if value <= 0:
            raise ValueError
        return value
    parse.__name__ = f"positive {number.__name__}"
    return parse
