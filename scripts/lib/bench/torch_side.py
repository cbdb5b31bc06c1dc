"""PyTorch's training step: eager or compiled, alone or as one rank of DistributedDataParallel."""

import datetime
import time

import torch
from torch import distributed
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel

from bench.worker import Place
from pytorch_models import module_for


class TorchSide:
    def __init__(self, trace, images, labels, place: Place, compiled=False):
        torch.set_num_threads(place.threads)
        torch.manual_seed(1 + place.rank)
        self.trace, self.place, self.batch = trace, place, trace.batch // place.ranks
        self.images, self.labels = torch.from_numpy(images), torch.from_numpy(labels).long()
        weights = {name: torch.from_numpy(value) for name, value in trace.weights.items()}
        model = module_for(weights)
        model.load_state_dict(weights, strict=True)
        # A third faster for convolutions on CPUs, and harmless elsewhere.
        model = model.to(memory_format=torch.channels_last)
        if place.ranks > 1:
            distributed.init_process_group(
                "gloo", init_method=f"file://{place.store}", rank=place.rank, world_size=place.ranks,
                timeout=datetime.timedelta(minutes=10))
            model = DistributedDataParallel(model, gradient_as_bucket_view=True)
        self.optimizer = torch.optim.SGD(
            model.parameters(), lr=trace.lr, momentum=trace.momentum, nesterov=trace.nesterov,
            weight_decay=trace.weight_decay, fused=True)
        self.objective = lambda images, labels: F.cross_entropy(model(images), labels)
        if compiled:
            self.objective = torch.compile(self.objective, dynamic=False)
        self.order = iter(())

    def step(self, images, labels):
        self.optimizer.zero_grad()
        loss = self.objective(images, labels)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def losses(self):
        """What this rank's part of the trace's batches loses, step by step."""
        mine = slice(self.place.rank * self.batch, (self.place.rank + 1) * self.batch)
        return [self.step(torch.from_numpy(images[mine]), torch.from_numpy(labels[mine])).item()
                for images, labels in self.trace.batches]

    def next_batch(self):
        """The next samples of a random order: picked from bytes, scaled to floats."""
        index = next(self.order, None)
        if index is None or len(index) < self.batch:
            self.order = iter(torch.randperm(len(self.images)).split(self.batch))
            index = next(self.order)
        return self.images.index_select(0, index).float().div_(255), self.labels.index_select(0, index)

    def run(self, steps):
        """Seconds of so many steps, and the last one's loss."""
        if self.place.ranks > 1:
            distributed.barrier()
        start = time.perf_counter()
        for _ in range(steps):
            loss = self.step(*self.next_batch())
        return time.perf_counter() - start, loss.item()
