"""PyTorch's convolution alone: forward, and all three gradients, channels-last."""

import time

import torch
from torch import nn


class ConvolutionSide:
    def __init__(self, shape):
        batch, inputs, outputs, side, kernel, padding = shape
        torch.set_num_threads(1)
        torch.manual_seed(1)
        self.layer = nn.Conv2d(inputs, outputs, kernel, padding=padding).to(memory_format=torch.channels_last)
        self.input = torch.randn(batch, inputs, side, side).to(memory_format=torch.channels_last)
        self.input.requires_grad_()
        self.gradient = torch.randn_like(self.layer(self.input))

    def run(self, steps):
        """Seconds of so many passes, and a number of the last one."""
        start = time.perf_counter()
        for _ in range(steps):
            self.input.grad = None
            self.layer.zero_grad()
            output = self.layer(self.input)
            output.backward(self.gradient)
        return time.perf_counter() - start, output[0, 0, 0, 0].item()
