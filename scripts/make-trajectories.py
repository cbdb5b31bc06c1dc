#!/usr/bin/env python3
"""Writes Tests/Fixtures/runs/trajectory_*: whole small runs in PyTorch, which the Swift trainer must reproduce.

Needs torch, safetensors and numpy (any venv with them):  python scripts/make-trajectories.py [FOLDER]
Nothing here comes from the trainer: order, first weights, masks, noise and strips are recomputed by their documented
formulas; losses, gradients, clipping, schedules and updates are PyTorch's own, in double precision.

Per step: `loss`, `correct` and `total` labels, `sequences_correct` (samples whose labels are all right), `lr`,
`grad_norm` (of the batch's mean, before clipping). After each epoch: `eval_loss` and the like, and every `nth` of each
tensor's weights: `epoch_1.fc.weight` and so on. `nth`, the settings, as for `--config`, and the data's folder in
Tests/Fixtures are in the metadata.
"""

import gzip
import json
import math
import pathlib
import sys

import numpy
import torch
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from fixtures import FOLDER, TORCH, save
from idx import read_idx
from pytorch_models import CNN, MLP, DigitReader, LeNet5, Perceptron, RecurrentClassifier, RowGenerator, as_columns, as_rows
from random_stream import RandomStream, sample_order

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

COMMON = {"global_batch": 16, "epochs": 2, "seed": 7, "log_every": 1}
RUNS = {
    "nesterov": {"model": "rnn", "hidden_size": 12, "shards": 5, "optimizer": "sgd", "lr": 0.2, "momentum": 0.9,
                 "nesterov": True, "weight_decay": 0.01, "clip_norm": 0.55, "schedule": "cosine", "warmup_steps": 3},
    # Several shards are one pass of this network.
    "momentum": {"model": "perceptron", "shards": 8, "optimizer": "sgd", "lr": 0.05, "momentum": 0.8,
                 "nesterov": False, "weight_decay": 0.1, "schedule": "step", "step_size": 3, "gamma": 0.5},
    "taught": {"model": "digit-reader", "hidden_size": 4, "digits": 3, "shards": 4, "optimizer": "sgd", "lr": 0.2,
               "momentum": 0, "nesterov": False, "weight_decay": 0, "clip_norm": 0.72, "schedule": "constant",
               "warmup_steps": 2},
    "adam": {"model": "gru", "hidden_size": 8, "shards": 3, "optimizer": "adam", "lr": 0.01, "beta1": 0.8,
             "beta2": 0.95, "weight_decay": 0.05, "clip_norm": 0.45, "schedule": "cosine", "warmup_steps": 2},
    "adamw": {"model": "lstm", "hidden_size": 8, "dropout": 0.3, "shards": 8, "optimizer": "adamw", "lr": 0.01,
              "weight_decay": 0.2, "schedule": "step", "gamma": 0.3},
    "undecayed": {"model": "perceptron", "shards": 4, "optimizer": "adamw", "lr": 0.02, "weight_decay": 0.5,
                  "decay_biases": False, "schedule": "constant"},
    "drawn": {"model": "row-generator", "hidden_size": 4, "dropout": 0.2, "shards": 2, "optimizer": "adam",
              "lr": 0.01, "weight_decay": 0, "schedule": "constant"},
    "mlp": {"model": "mlp", "dropout": 0.2, "shards": 8, "optimizer": "sgd", "lr": 0.1, "momentum": 0.9,
            "nesterov": False, "weight_decay": 0.01, "schedule": "cosine"},
    "cnn": {"model": "cnn", "shards": 3, "optimizer": "sgd", "lr": 0.05, "momentum": 0.9, "nesterov": True,
            "weight_decay": 0.0001, "schedule": "cosine"},
    "lenet5": {"model": "lenet5", "dropout": 0.1, "shards": 8, "optimizer": "sgd", "lr": 0.02, "momentum": 0.9,
               "nesterov": True, "weight_decay": 0.0001, "schedule": "constant"},
}
PLAIN = {"shards": 4, "optimizer": "sgd", "lr": 0.1, "momentum": 0.9, "nesterov": False, "weight_decay": 0.001,
         "schedule": "constant"}
# On small colour images of four classes.
COLOURS = {
    "colour_lstm": {"model": "lstm", "hidden_size": 8, **PLAIN},
    "colour_cnn": {"model": "cnn", **PLAIN, "lr": 0.05},
    "colour_lenet5": {"model": "lenet5", **PLAIN, "lr": 0.02},
    "colour_mlp": {"model": "mlp", **PLAIN},
    "colour_drawn": {"model": "row-generator", "hidden_size": 4, "dropout": 0.2, **PLAIN, "lr": 0.001},
    "colour_taught": {"model": "digit-reader", "hidden_size": 4, "digits": 2, **PLAIN, "clip_norm": 1},
}
MODELS = {"perceptron": Perceptron, "mlp": MLP, "cnn": CNN, "lenet5": LeNet5, "digit-reader": DigitReader,
          "row-generator": RowGenerator}


def write_images(folder, classes, shape):
    """Shapes under enough noise to be mistaken, one for each class, in files of MNIST's names."""
    folder.mkdir(parents=True, exist_ok=True)
    random = numpy.random.RandomState(1)
    row, column = numpy.mgrid[:shape[-2], :shape[-1]]
    for prefix, count in {"train": 70, "t10k": 33}.items():
        labels = random.randint(0, classes, count).astype(numpy.uint8)
        # Of several channels, each shows the next class's shape.
        lines = [[(row // 3 == (label + channel) % classes) | (column // 3 == (label + channel) % classes)
                  for channel in range(math.prod(shape[:-2]))] for label in labels]
        shapes = numpy.array(lines).reshape(count, *shape)
        noise = random.randint(0, 10, (count, *shape))
        images = numpy.where(noise < 3, numpy.where(shapes, 200, 40), 51 * (noise // 2))
        for kind, array in {f"images-idx{images.ndim}": images.astype(numpy.uint8), "labels-idx1": labels}.items():
            header = bytes([0, 0, 8, array.ndim]) + numpy.array(array.shape, ">i4").tobytes()
            data = gzip.compress(header + array.tobytes(), mtime=0)
            (folder / f"{prefix}-{kind}-ubyte.gz").write_bytes(data)


def read_images(folder, prefix):
    return read_idx(folder, f"{prefix}-images"), read_idx(folder, f"{prefix}-labels")


def initialize(model, seed):
    """Each parameter from its own stream, in single precision: embeddings standard normal, all else uniform within
    1 / sqrt(fan-in), where a recurrent layer's fan-in is its hidden size."""
    layers = dict(model.named_modules())
    for name, parameter in model.named_parameters():
        layer, stream = layers[name.rpartition(".")[0]], RandomStream(seed, name)
        if isinstance(layer, torch.nn.Embedding):
            units = [(1 - stream.unit(), stream.unit()) for _ in range(parameter.numel())]
            values = [math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * v) for u, v in units]
        else:
            recurrent = isinstance(layer, torch.nn.RNNBase)
            fan_in = layer.hidden_size if recurrent else layer.weight[0].numel()
            bound = 1 / numpy.sqrt(numpy.float32(fan_in))
            values = [numpy.float32(2 * stream.unit() - 1) * bound for _ in range(parameter.numel())]
        values = torch.tensor(numpy.array(values, numpy.float32).astype(numpy.float64))
        parameter.data = values.reshape(parameter.shape)


class Pictures:
    """Each image is a sample, the same in every epoch."""

    def __init__(self, images, labels):
        self.images, self.labels = torch.tensor(images / 255.0), torch.tensor(labels.astype(numpy.int64))

    def __len__(self):
        return len(self.labels)

    def read(self, samples, epoch):
        return self.images[samples], self.labels[samples]


class Strips(Pictures):
    """Random digits side by side, others in every epoch."""

    def __init__(self, images, labels, digits, seed):
        super().__init__(images, labels)
        self.digits, self.seed = digits, seed

    def read(self, samples, epoch):
        streams = [RandomStream(self.seed, "digit strips", sample, epoch) for sample in samples]
        places = torch.tensor([[stream.integer(len(self)) for _ in range(self.digits)] for stream in streams])
        strips = torch.stack([torch.cat(list(self.images[strip]), dim=-1) for strip in places])
        return strips, self.labels[places]


class Run:
    """A network and its losses, summed over samples, in training and in evaluation."""

    def __init__(self, settings, sample):
        self.settings, kind = settings, settings["model"]
        width = [settings["hidden_size"]] if "hidden_size" in settings else []
        self.model = MODELS[kind](sample, *width) if kind in MODELS else RecurrentClassifier(kind, sample, *width)
        initialize(self.model, settings["seed"])
        self.mask = None
        self.last = list(self.model.children())[-1]
        self.last.register_forward_pre_hook(
            lambda layer, inputs: inputs[0] if self.mask is None else inputs[0] * self.mask.view_as(inputs[0]))

    def dropout_mask(self, samples, step):
        share, seed = self.settings.get("dropout", 0), self.settings["seed"]
        if share == 0:
            return None
        size = self.last.weight.shape[1] * getattr(self.model, "rows", 1)
        streams = [RandomStream(seed, "dropout", sample, step) for sample in samples]
        # The share is a single-precision number there, and so is what the rest is multiplied with.
        share = numpy.float32(share)
        return torch.tensor([[0 if stream.unit() < share else float(1 / (1 - share)) for _ in range(size)]
                             for stream in streams])

    def taught(self, strips, labels):
        """The decoder's logits where it is told the true label before each, and before the first one that no class has."""
        model = self.model
        before = torch.cat([torch.full((len(labels), 1), model.classes), labels[:, :-1]], dim=1)
        state = model.encoder(as_columns(strips))[1]
        return model.fc(model.decoder(model.embedding(before), state)[0])

    def score(self, data, samples, epoch=0, step=None):
        """The summed loss, and how many labels are right, are there, and of samples right as a whole; `step` is None in
        evaluation."""
        training = step is not None
        pictures, labels = data.read(samples, epoch)
        self.mask = self.dropout_mask(samples, step) if training else None
        if isinstance(self.model, RowGenerator):
            seed = self.settings["seed"] if training else 0
            noise = RowGenerator.noise(samples, seed, step or 0).double()
            return F.binary_cross_entropy_with_logits(
                self.model(labels, noise), as_rows(pictures), reduction="sum"), [0, 0, 0]
        if isinstance(self.model, DigitReader):
            logits = self.taught(pictures, labels) if training else self.model(pictures, labels.shape[1])
        else:
            logits = self.model(pictures)
        right = (logits.argmax(-1) == labels).reshape(len(samples), -1)
        counts = [int(right.sum()), right.numel(), int(right.all(1).sum())]
        return F.cross_entropy(logits.flatten(0, -2), labels.flatten(), reduction="sum"), counts


def make_optimizer(parameters, settings):
    if not settings.get("decay_biases", True):
        parameters = [{"params": [value for value in parameters if value.dim() > 1]},
                      {"params": [value for value in parameters if value.dim() <= 1], "weight_decay": 0}]
    options = {"lr": settings["lr"], "weight_decay": settings["weight_decay"]}
    if settings["optimizer"] == "sgd":
        return torch.optim.SGD(parameters, momentum=settings["momentum"], nesterov=settings["nesterov"], **options)
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings["optimizer"]]
    return kind(parameters, betas=(settings.get("beta1", 0.9), settings.get("beta2", 0.999)), **options)


def make_scheduler(optimizer, settings, steps):
    """A linear warm-up from 1 / w of the rate to all of it; then the curve over the steps that are left."""
    kinds = torch.optim.lr_scheduler
    warmup = settings.get("warmup_steps", 0)
    curve = {
        "constant": lambda: kinds.ConstantLR(optimizer, factor=1),
        "cosine": lambda: kinds.CosineAnnealingLR(optimizer, T_max=steps - warmup),
        "step": lambda: kinds.StepLR(optimizer, settings.get("step_size", math.ceil(steps / 3)), settings["gamma"]),
    }[settings["schedule"]]
    if warmup == 0:
        return curve()
    growth = kinds.LinearLR(optimizer, start_factor=1 / warmup, total_iters=warmup - 1)
    return kinds.SequentialLR(optimizer, [growth, curve()], milestones=[warmup])


def trajectory(name, settings, folder):
    data = [read_images(FOLDER / folder, prefix) for prefix in ("train", "t10k")]
    sample = {"input": list(data[0][0].shape[1:]), "classes": int(max(part[1].max() for part in data)) + 1}
    if settings["model"] == "digit-reader":
        train, test = [Strips(*part, settings["digits"], seed)
                       for part, seed in zip(data, (settings["seed"], 0))]
    else:
        train, test = [Pictures(*part) for part in data]
    run = Run(settings, sample)
    parameters = list(run.model.parameters())
    batch = settings["global_batch"]
    per_epoch = math.ceil(len(train) / batch)
    optimizer = make_optimizer(parameters, settings)
    scheduler = make_scheduler(optimizer, settings, settings["epochs"] * per_epoch)
    counts = ("correct", "total", "sequences_correct")
    scores = ("loss", *counts)
    steps = {key: [] for key in (*scores, "lr", "grad_norm", *(f"eval_{key}" for key in scores))}
    # Of a large network, about a thousand weights.
    weights, nth = {}, max(1, sum(value.numel() for value in parameters) // 1000)
    for epoch in range(settings["epochs"]):
        order = sample_order(len(train), settings["seed"], epoch)
        for start in range(0, len(train), batch):
            samples = order[start:start + batch]
            loss, found = run.score(train, samples, epoch, step=len(steps["loss"]))
            loss = loss / len(samples)
            optimizer.zero_grad()
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_(parameters, settings.get("clip_norm", math.inf))
            values = {"loss": loss.item(), "lr": optimizer.param_groups[0]["lr"], "grad_norm": norm.item(),
                      **dict(zip(counts, found))}
            for key, value in values.items():
                steps[key].append(value)
            optimizer.step()
            scheduler.step()
        with torch.no_grad():
            loss, found = run.score(test, range(len(test)))
        for key, value in {"loss": loss.item() / len(test), **dict(zip(counts, found))}.items():
            steps[f"eval_{key}"].append(value)
        weights |= {f"epoch_{epoch + 1}.{key}": value.detach().float().flatten()[::nth]
                    for key, value in run.model.named_parameters()}
    print(name, json.dumps(steps))
    save(f"trajectory_{name}", {key: torch.tensor(value, dtype=torch.float64) for key, value in steps.items()}
         | weights, metadata={"run": json.dumps({"torch": TORCH, "nth": nth, "data": folder, "settings": settings})})


def main():
    write_images(FOLDER / "digits", 10, (28, 28))
    write_images(FOLDER / "colours", 4, (3, 17, 20))
    for folder, runs in {"digits": RUNS, "colours": COLOURS}.items():
        for name, settings in runs.items():
            trajectory(name, {**COMMON, **settings}, folder)


if __name__ == "__main__":
    main()
