"""What happens to a run's files while nobody runs it. Each returns a function that undoes it, or None: nothing to break."""

import os
import shutil


def newest_checkpoint(folder):
    return max(folder.glob("checkpoints/step-*.safetensors"), default=None)


def replaced(path, make):
    """Puts something else where a file was."""
    if path is None or not path.is_file():
        return None
    kept = path.parent.parent.parent / f"kept-{path.name}"
    shutil.copyfile(path, kept)
    make(path)

    def undo():
        path.unlink(missing_ok=True)
        shutil.move(kept, path)
    return undo


def flipped(path, random):
    def flip(path):
        bytes_ = bytearray(path.read_bytes())
        bytes_[random.randrange(len(bytes_))] ^= 1 << random.randrange(8)
        path.write_bytes(bytes_)
    return replaced(path, flip) if path and path.is_file() and path.stat().st_size else None


def cut(path, random):
    def shorten(path):
        os.truncate(path, random.randrange(path.stat().st_size))
    return replaced(path, shorten) if path and path.is_file() and path.stat().st_size else None


def lost(path, _):
    return replaced(path, lambda path: path.unlink())


def pipe(path, _):
    """Cannot be read, even by root."""
    def make(path):
        path.unlink()
        os.mkfifo(path)
    return replaced(path, make)


def stray(path, random):
    """A temporary file that a killed process left."""
    path.with_name(f"{path.name}.tmp.{random.randrange(100_000, 4_000_000)}").write_bytes(b"half")
    return lambda: None


KINDS = {
    f"{what}-{where}": (lambda folder, random, act=act, find=find: act(find(folder), random))
    for what, act, places in [
        ("flip", flipped, ["checkpoint", "metrics", "timing", "config", "status"]),
        ("cut", cut, ["checkpoint", "metrics", "timing"]),
        ("lose", lost, ["checkpoint", "metrics", "timing"]),
        ("pipe", pipe, ["checkpoint"]),
    ]
    for where, find in {
        "checkpoint": newest_checkpoint, "metrics": lambda folder: folder / "metrics.jsonl",
        "timing": lambda folder: folder / "timing.jsonl", "config": lambda folder: folder / "config.json",
        "status": lambda folder: folder / "status.json",
    }.items() if where in places
}
KINDS["stray-temporary"] = lambda folder, random: stray(folder / "metrics.jsonl", random)
