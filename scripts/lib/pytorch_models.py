"""The trainer's networks as PyTorch modules, whose state_dict a model.safetensors is."""

import sys

import torch
from torch import nn

from random_stream import RandomStream


class RecurrentClassifier(nn.Module):
    """The article's network: 28 rows of 28 pixels; the last hidden state decides."""

    def __init__(self, kind, hidden):
        super().__init__()
        self.kind = kind
        setattr(self, kind, {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[kind](28, hidden, batch_first=True))
        self.fc = nn.Linear(hidden, 10)

    def forward(self, images):
        sequence, _ = getattr(self, self.kind)(images)
        return self.fc(sequence[:, -1])


class MLP(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.fc1 = nn.Linear(784, hidden)
        self.fc2 = nn.Linear(hidden, 10)

    def forward(self, images):
        return self.fc2(torch.relu(self.fc1(images.flatten(1))))


class Perceptron(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)

    def forward(self, images):
        return self.fc(images.flatten(1))


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 5)
        self.conv2 = nn.Conv2d(32, 64, 5)
        self.fc1 = nn.Linear(1024, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, images):
        half = torch.max_pool2d(torch.relu(self.conv1(images[:, None])), 2)
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
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.rbf = Gaussian(84, 10)

    def forward(self, images):
        half = torch.max_pool2d(torch.relu(self.conv1(images[:, None])), 2)
        quarter = torch.max_pool2d(torch.relu(self.conv2(half)), 2)
        return self.rbf(torch.relu(self.fc2(torch.relu(self.fc1(quarter.flatten(1))))))


class RowGenerator(nn.Module):
    """A class's embedding and noise, the same input at every step, give the logits of 28 rows."""

    def __init__(self, hidden):
        super().__init__()
        self.embedding = nn.Embedding(10, 16)
        self.lstm = nn.LSTM(32, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, 28)

    def forward(self, classes, noise):
        code = torch.cat([self.embedding(classes), noise], dim=1)
        return self.fc(self.lstm(code[:, None].expand(-1, 28, -1))[0])

    @staticmethod
    def noise(samples, seed=0, step=0):
        """What the trainer draws for samples of these numbers; in evaluation seed and step are 0."""
        streams = [RandomStream(seed, "noise", sample, step) for sample in samples]
        return torch.tensor([[2 * stream.unit() - 1 for _ in range(16)] for stream in streams])


class DigitReader(nn.Module):
    """An encoder over the columns of a strip; a decoder whose input is the label it emitted before, first a 10."""

    def __init__(self, hidden):
        super().__init__()
        self.encoder = nn.LSTM(28, hidden, batch_first=True)
        self.embedding = nn.Embedding(11, 16)
        self.decoder = nn.LSTM(16, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, 10)

    def forward(self, strips, digits):
        state = self.encoder(strips.transpose(1, 2))[1]
        guess, logits = torch.full([len(strips)], 10), []
        for _ in range(digits):
            output, state = self.decoder(self.embedding(guess)[:, None], state)
            logits.append(self.fc(output[:, 0]))
            guess = logits[-1].argmax(1)
        return torch.stack(logits, dim=1)


def module_for(state):
    """The tensor names tell which network it is, their shapes how wide."""
    if "encoder.weight_hh_l0" in state:
        return DigitReader(state["encoder.weight_hh_l0"].shape[1])
    if "embedding.weight" in state:
        return RowGenerator(state["lstm.weight_hh_l0"].shape[1])
    for kind in ("lstm", "gru", "rnn"):
        if f"{kind}.weight_hh_l0" in state:
            return RecurrentClassifier(kind, state[f"{kind}.weight_hh_l0"].shape[1])
    if "conv1.weight" in state:
        return LeNet5() if "rbf.weight" in state else CNN()
    if "fc1.weight" in state:
        return MLP(state["fc1.weight"].shape[0])
    if "fc.weight" in state:
        return Perceptron()
    sys.exit(f"no PyTorch module here for the tensors {sorted(state)}")
