"""The trainer's networks as PyTorch modules, whose state_dict a model.safetensors is.

Each is made for samples of some shape: {"input": [rows, columns], "classes": 10}, as the metadata of a model records it.
"""

import math
import sys

import torch
from torch import nn

from random_stream import RandomStream


MNIST = {"input": [28, 28], "classes": 10}


def channels_first(images):
    """As a convolution takes them: grey images, [n, rows, columns], have one channel."""
    return images[:, None] if images.dim() == 3 else images


def as_rows(images):
    """A sequence of rows, the channels of a row side by side: [n, channels, rows, columns] -> [n, rows, channels * columns]."""
    return images.transpose(1, 2).flatten(2) if images.dim() == 4 else images


def as_columns(images):
    """The same with columns."""
    return images.flatten(1, -2).transpose(1, 2)


def image_size(sample):
    """Channels, rows and columns."""
    return [1] * (3 - len(sample["input"])) + sample["input"]


def count(sample):
    """Numbers in a sample."""
    return math.prod(sample["input"])


class RecurrentClassifier(nn.Module):
    """The article's network: an image's rows one after the other; the last hidden state decides."""

    def __init__(self, kind, sample, hidden):
        super().__init__()
        self.kind = kind
        channels, _, columns = image_size(sample)
        layer = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[kind]
        setattr(self, kind, layer(channels * columns, hidden, batch_first=True))
        self.fc = nn.Linear(hidden, sample["classes"])

    def forward(self, images):
        sequence, _ = getattr(self, self.kind)(as_rows(images))
        return self.fc(sequence[:, -1])


class MLP(nn.Module):
    def __init__(self, sample, hidden=128):
        super().__init__()
        self.fc1 = nn.Linear(count(sample), hidden)
        self.fc2 = nn.Linear(hidden, sample["classes"])

    def forward(self, images):
        return self.fc2(torch.relu(self.fc1(images.flatten(1))))


class Perceptron(nn.Module):
    def __init__(self, sample):
        super().__init__()
        self.fc = nn.Linear(count(sample), sample["classes"])

    def forward(self, images):
        return self.fc(images.flatten(1))


class CNN(nn.Module):
    def __init__(self, sample):
        super().__init__()
        channels, rows, columns = image_size(sample)
        self.conv1 = nn.Conv2d(channels, 32, 5)
        self.conv2 = nn.Conv2d(32, 64, 5)
        rows, columns = [((size - 4) // 2 - 4) // 2 for size in (rows, columns)]
        self.fc1 = nn.Linear(64 * rows * columns, 128)
        self.fc2 = nn.Linear(128, sample["classes"])

    def forward(self, images):
        half = torch.max_pool2d(torch.relu(self.conv1(channels_first(images))), 2)
        quarter = torch.max_pool2d(torch.relu(self.conv2(half)), 2)
        return self.fc2(torch.relu(self.fc1(quarter.flatten(1))))


class Gaussian(nn.Module):
    """Minus the squared distance to each class's centre."""

    def __init__(self, features, classes):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(classes, features))

    def forward(self, x):
        return -(x[:, None] - self.weight).square().sum(-1)


class LeNet5(nn.Module):
    def __init__(self, sample):
        super().__init__()
        channels, rows, columns = image_size(sample)
        self.conv1 = nn.Conv2d(channels, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        rows, columns = [(size // 2 - 4) // 2 for size in (rows, columns)]
        self.fc1 = nn.Linear(16 * rows * columns, 120)
        self.fc2 = nn.Linear(120, 84)
        self.rbf = Gaussian(84, sample["classes"])

    def forward(self, images):
        half = torch.max_pool2d(torch.relu(self.conv1(channels_first(images))), 2)
        quarter = torch.max_pool2d(torch.relu(self.conv2(half)), 2)
        return self.rbf(torch.relu(self.fc2(torch.relu(self.fc1(quarter.flatten(1))))))


class RowGenerator(nn.Module):
    """A class's embedding and noise, the same input at every step, give the logits of the rows."""

    def __init__(self, sample, hidden):
        super().__init__()
        channels, self.rows, columns = image_size(sample)
        self.embedding = nn.Embedding(sample["classes"], 16)
        self.lstm = nn.LSTM(32, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, channels * columns)

    def forward(self, classes, noise):
        code = torch.cat([self.embedding(classes), noise], dim=1)
        return self.fc(self.lstm(code[:, None].expand(-1, self.rows, -1))[0])

    @staticmethod
    def noise(samples, seed=0, step=0):
        """What the trainer draws for samples of these numbers; in evaluation seed and step are 0."""
        streams = [RandomStream(seed, "noise", sample, step) for sample in samples]
        return torch.tensor([[2 * stream.unit() - 1 for _ in range(16)] for stream in streams])


class DigitReader(nn.Module):
    """An encoder over the columns of a strip; a decoder whose input is the label it emitted before, first one that no class
    has."""

    def __init__(self, sample, hidden):
        super().__init__()
        channels, rows, _ = image_size(sample)
        self.classes = sample["classes"]
        self.encoder = nn.LSTM(channels * rows, hidden, batch_first=True)
        self.embedding = nn.Embedding(self.classes + 1, 16)
        self.decoder = nn.LSTM(16, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, self.classes)

    def forward(self, strips, digits):
        state = self.encoder(as_columns(strips))[1]
        guess, logits = torch.full([len(strips)], self.classes), []
        for _ in range(digits):
            output, state = self.decoder(self.embedding(guess)[:, None], state)
            logits.append(self.fc(output[:, 0]))
            guess = logits[-1].argmax(1)
        return torch.stack(logits, dim=1)


def module_for(state, sample=None):
    """The tensor names tell which network it is, their shapes how wide; `sample` is what it was made for, MNIST's by
    default."""
    sample = sample or MNIST
    if "encoder.weight_hh_l0" in state:
        return DigitReader(sample, state["encoder.weight_hh_l0"].shape[1])
    if "embedding.weight" in state:
        return RowGenerator(sample, state["lstm.weight_hh_l0"].shape[1])
    for kind in ("lstm", "gru", "rnn"):
        if f"{kind}.weight_hh_l0" in state:
            return RecurrentClassifier(kind, sample, state[f"{kind}.weight_hh_l0"].shape[1])
    if "conv1.weight" in state:
        return LeNet5(sample) if "rbf.weight" in state else CNN(sample)
    if "fc1.weight" in state:
        return MLP(sample, state["fc1.weight"].shape[0])
    if "fc.weight" in state:
        return Perceptron(sample)
    sys.exit(f"no PyTorch module here for the tensors {sorted(state)}")
