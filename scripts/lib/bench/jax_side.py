"""JAX's training step: one jitted function from state to state, its buffers donated."""

import time

import jax
import numpy
from jax import lax
from jax import numpy as jnp

from bench.jax_models import MODELS
from bench.worker import Place


class JaxSide:
    def __init__(self, trace, images, labels, place: Place):
        self.trace, self.batch = trace, trace.batch
        self.images, self.labels = jnp.asarray(images), jnp.asarray(labels, jnp.int32)
        weights = {name: jnp.asarray(value) for name, value in trace.weights.items()}
        self.state = weights, {name: jnp.zeros_like(value) for name, value in weights.items()}
        self.random = numpy.random.default_rng(1 + place.rank)
        self.position, self.order = len(images), None
        self.on_batch = jax.jit(self.step, donate_argnums=0)
        self.on_order = jax.jit(self.pick_and_step, donate_argnums=0)

    def loss(self, weights, images, labels):
        scores = jax.nn.log_softmax(MODELS[self.trace.model](weights, images))
        return -jnp.take_along_axis(scores, labels[:, None], axis=1).mean()

    def step(self, state, images, labels):
        """Stochastic gradient descent by torch.optim.SGD's formulas."""
        weights, velocity = state
        loss, gradients = jax.value_and_grad(self.loss)(weights, images, labels)
        momentum, lr, decay = self.trace.momentum, self.trace.lr, self.trace.weight_decay
        gradients = jax.tree.map(lambda g, w: g + decay * w, gradients, weights)
        velocity = jax.tree.map(lambda v, g: momentum * v + g, velocity, gradients)
        ahead = (jax.tree.map(lambda v, g: g + momentum * v, velocity, gradients)
                 if self.trace.nesterov else velocity)
        return (jax.tree.map(lambda w, d: w - lr * d, weights, ahead), velocity), loss

    def pick_and_step(self, state, images, labels, order, position):
        """The next samples of a random order: picked from bytes, scaled to floats."""
        index = lax.dynamic_slice(order, (position,), (self.batch,))
        return self.step(state, images[index].astype(jnp.float32) / 255, labels[index])

    def losses(self):
        losses = []
        for images, labels in self.trace.batches:
            self.state, loss = self.on_batch(self.state, images, labels)
            losses.append(float(loss))
        return losses

    def run(self, steps):
        """Seconds of so many steps, and the last one's loss."""
        start = time.perf_counter()
        for _ in range(steps):
            if self.position + self.batch > len(self.images):
                self.order = jnp.asarray(self.random.permutation(len(self.images)), jnp.int32)
                self.position = 0
            self.state, loss = self.on_order(
                self.state, self.images, self.labels, self.order, self.position)
            self.position += self.batch
        jax.block_until_ready(self.state)
        return time.perf_counter() - start, float(loss)
