"""The file of `trainer bench step --trace`: the first weights, and what the first steps saw and lost."""

from typing import NamedTuple

from safetensors import safe_open

INITIAL = "initial."


class Trace(NamedTuple):
    model: str
    optimizer: str
    lr: float
    momentum: float
    nesterov: bool
    weight_decay: float
    weights: dict  # PyTorch's parameter names and shapes, in numpy
    batches: list  # (images [B, 28, 28] float32, labels [B] int64) of each step
    losses: list   # the mean loss of each step

    @property
    def batch(self):
        return len(self.batches[0][0])


def read_trace(path):
    with safe_open(path, "numpy") as file:
        about = file.metadata()
        steps = range(int(about["steps"]))
        return Trace(
            model=about["model"], optimizer=about["optimizer"], lr=float(about["lr"]),
            momentum=float(about["momentum"]), nesterov=about["nesterov"] == "true",
            weight_decay=float(about["weight_decay"]),
            weights={key.removeprefix(INITIAL): file.get_tensor(key)
                     for key in file.keys() if key.startswith(INITIAL)},
            batches=[(file.get_tensor(f"images.{i}"), file.get_tensor(f"labels.{i}")) for i in steps],
            losses=[float(file.get_tensor(f"loss.{i}")[0]) for i in steps])
