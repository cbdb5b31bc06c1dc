"""Where the tests' fixtures are, and how one is published."""

import pathlib
import sys

import torch
from safetensors.torch import save_file

FOLDER = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else (
    pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures")
# Folders of files of one kind; what is none of the others is an operation.
KINDS = {"convolutions": ("conv", "avg_pool", "max_pool", "global_avg_pool"), "recurrent": ("gru", "lstm", "rnn"),
         "optimizers": ("adam", "lamb", "rmsprop", "sgd", "schedules"), "runs": ("trajectory_", "objectives_", "colours")}
TORCH = torch.__version__.split("+")[0]


def place(name):
    """Where a file of this name belongs."""
    kind = next((kind for kind, starts in KINDS.items() if name.startswith(starts)), "operations")
    folder = FOLDER / kind
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def save(name, tensors, metadata=None):
    """Publishes one file; the metadata name the torch version that computed it, and have one key: several come in any
    order."""
    tensors = {key: value.detach().contiguous().clone() for key, value in tensors.items()}
    path = place(f"{name}.safetensors")
    save_file(tensors, path, metadata=metadata or {"torch": TORCH})
    print(f"{path.name}: {path.stat().st_size} bytes, {len(tensors)} tensors")
