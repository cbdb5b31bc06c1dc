"""Reads MNIST's IDX files, plain or gzip."""

import gzip
import pathlib
import sys

import numpy


def read_idx(folder, name):
    """The bytes of one file, such as train-images, as an array of the file's shape, e.g. [60000, 28, 28]."""
    folder = pathlib.Path(folder)
    for path in sorted(folder.glob(f"{name}-idx?-ubyte*"), reverse=True):
        if path.name.endswith(("-ubyte", "-ubyte.gz")):
            data = path.read_bytes()
            data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
            shape = numpy.frombuffer(data, ">i4", count=data[3], offset=4)
            return numpy.frombuffer(bytearray(data[4 + 4 * data[3]:]), numpy.uint8).reshape(shape)
    sys.exit(f"{folder / name}-idx?-ubyte is missing, with or without .gz; run scripts/fetch-mnist")
