#!/usr/bin/env python3
"""Writes Tests/Fixtures/runs/objectives_* and colours: steps of several objectives and of a colour network in PyTorch, which the
Swift trainer must reproduce.

Needs torch, safetensors and numpy (any venv with them):  python scripts/make-own-networks.py [FOLDER]
Nothing here comes from the trainer: samples, order and first weights are recomputed by their documented formulas; losses,
gradients and updates are PyTorch's own, in double precision. `step_3.generator.first.weight` is a tensor after 3 steps.
"""

import pathlib
import sys

import numpy
import torch
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from fixtures import save
from random_stream import RandomStream, sample_order

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
SEED, COUNT, BATCH = 7, 22, 8


def uniform(shape, bound, name):
    """A parameter's first values, in single precision."""
    stream = RandomStream(SEED, name)
    values = [numpy.float32(2 * stream.unit() - 1) * numpy.float32(bound) for _ in range(numpy.prod(shape))]
    return torch.tensor(numpy.array(values, numpy.float32).astype(numpy.float64)).reshape(shape)


def batches():
    """Two epochs of three batches, the last of an epoch of six samples."""
    streams = [RandomStream(3, "ring", sample) for sample in range(COUNT)]
    samples = torch.tensor([[2 * stream.unit() - 1 for _ in range(6)] for stream in streams])
    for epoch in range(2):
        order = sample_order(COUNT, SEED, epoch)
        for start in range(0, COUNT, BATCH):
            yield samples[order[start:start + BATCH]]


class Network(torch.nn.Module):
    def __init__(self, name, inputs, hidden, outputs):
        super().__init__()
        self.first, self.second = torch.nn.Linear(inputs, hidden), torch.nn.Linear(hidden, outputs)
        for key, parameter in self.named_parameters():
            fan_in = inputs if key.startswith("first") else hidden
            parameter.data = uniform(parameter.shape, 1 / numpy.sqrt(numpy.float32(fan_in)), f"{name}.{key}")

    def forward(self, x):
        return self.second(torch.tanh(self.first(x)))


def adversaries():
    networks = {"discriminator": Network("discriminator", 4, 8, 1), "generator": Network("generator", 2, 8, 4)}
    discriminator, generator = networks.values()
    optimizers = [torch.optim.SGD(discriminator.parameters(), 0.2, momentum=0.5),
                  torch.optim.SGD(generator.parameters(), 0.1, momentum=0.8)]

    def verdict(x, target):
        logits = discriminator(x)
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target), reduction="sum")

    tensors = {}
    for step, batch in enumerate(batches(), 1):
        real, latent = batch[:, :4], batch[:, 4:]
        losses = [lambda: verdict(real, 1.0) + verdict(generator(latent).detach(), 0.0),
                  lambda: verdict(generator(latent), 1.0)]
        for loss, optimizer in zip(losses, optimizers):
            for network in networks.values():
                network.zero_grad()
            (loss() / len(batch)).backward()
            optimizer.step()
        for name, network in networks.items():
            tensors |= {f"step_{step}.{name}.{key}": value.float() for key, value in network.state_dict().items()}
    save("objectives_adversaries", tensors)


def divergence():
    """One step of contrastive divergence, with probabilities in place of samples."""
    parameters = {"weight": uniform((5, 6), 0.3, "weight"), "visible_bias": uniform((6,), 0.1, "visible_bias"),
                  "hidden_bias": uniform((5,), 0.1, "hidden_bias")}
    optimizer = torch.optim.SGD(parameters.values(), 0.1, momentum=0.5)
    tensors = {}
    for step, visible in enumerate(batches(), 1):
        weight, visible_bias, hidden_bias = parameters.values()
        hidden = torch.sigmoid(visible @ weight.T + hidden_bias)
        seen = torch.sigmoid(hidden @ weight + visible_bias)
        again = torch.sigmoid(seen @ weight.T + hidden_bias)
        weight.grad = (again.T @ seen - hidden.T @ visible) / len(visible)
        visible_bias.grad = (seen - visible).mean(0)
        hidden_bias.grad = (again - hidden).mean(0)
        optimizer.step()
        tensors |= {f"step_{step}.{key}": value.float() for key, value in parameters.items()}
    save("objectives_divergence", tensors)


def initialized(layer, fan_in, name):
    for key, parameter in layer.named_parameters():
        parameter.data = uniform(parameter.shape, 1 / numpy.sqrt(numpy.float32(fan_in)), f"{name}.{key}")
    return layer


class Colours(torch.nn.Module):
    """Three convolutions, the second around a shortcut, then the mean over each map."""

    def __init__(self):
        super().__init__()
        self.stem = initialized(torch.nn.Conv2d(3, 16, 3, padding=1), 27, "stem")
        self.inner = initialized(torch.nn.Conv2d(16, 16, 3, padding=1), 144, "inner")
        self.wide = initialized(torch.nn.Conv2d(16, 32, 3, padding=1), 144, "wide")
        self.fc = initialized(torch.nn.Linear(32, 10), 32, "fc")

    def forward(self, x):
        small = F.max_pool2d(torch.relu(self.stem(x)), 2)
        both = small + torch.relu(self.inner(small))
        return self.fc(torch.relu(self.wide(F.max_pool2d(both, 2))).mean((2, 3)))


def colours():
    """Five steps on twenty pictures of CIFAR's size; after each the loss, after all the logits and every 7th weight."""
    streams = [RandomStream(3, "colours", sample) for sample in range(20)]
    pictures = torch.tensor([[stream.unit() for _ in range(3 * 32 * 32)] for stream in streams])
    pictures, labels = pictures.reshape(20, 3, 32, 32), torch.arange(20) * 7 % 10
    model = Colours()
    optimizer = torch.optim.SGD(model.parameters(), 0.2, momentum=0.9)
    losses, steps = [], [(epoch, start) for epoch in range(2) for start in range(0, 20, 8)][:5]
    for epoch, start in steps:
        batch = sample_order(20, SEED, epoch)[start:start + 8]
        loss = F.cross_entropy(model(pictures[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        tensors = {"losses": torch.tensor(losses).float(), "logits": model(pictures).float()}
    tensors |= {key: value.flatten()[::7].float() for key, value in model.state_dict().items()}
    save("colours", tensors)


adversaries()
divergence()
colours()
