"""The article's script: an LSTM reads MNIST row by row, fed by a DataLoader. Threads are left to PyTorch."""

import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

RECIPE_BATCH = 32


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(28, 100, batch_first=True)
        self.fc = nn.Linear(100, 10)

    def forward(self, images):
        states, _ = self.lstm(images)
        return self.fc(states[:, -1])


class ArticleSide:
    def __init__(self, trace, images, labels):
        torch.manual_seed(1)
        self.net = Net()
        self.trace = trace
        self.net.load_state_dict({name: torch.from_numpy(value) for name, value in trace.weights.items()})
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.01)
        digits = TensorDataset(torch.from_numpy(images).float() / 255, torch.from_numpy(labels).long())
        self.loader = DataLoader(digits, batch_size=RECIPE_BATCH, shuffle=True)
        self.epoch = iter(())

    def step(self, images, labels):
        loss = self.criterion(self.net(images), labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss

    def losses(self):
        return [self.step(torch.from_numpy(images), torch.from_numpy(labels)).item()
                for images, labels in self.trace.batches]

    def run(self, steps):
        """Seconds of so many steps of epoch after epoch, and the last one's loss."""
        start = time.perf_counter()
        for _ in range(steps):
            batch = next(self.epoch, None)
            if batch is None:
                self.epoch = iter(self.loader)
                batch = next(self.epoch)
            loss = self.step(*batch)
        return time.perf_counter() - start, loss.item()
