"""The trainer's networks as JAX functions: logits(weights, images), with PyTorch's weight names and shapes."""

import jax
from jax import lax
from jax import numpy as jnp


def linear(weights, name, x):
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def last_state(weights, name, images, cell, state):
    """Scans the rows of the images; the inputs' products are one matrix product before the scan."""
    inputs = jnp.swapaxes(images, 0, 1) @ weights[f"{name}.weight_ih_l0"].T + weights[f"{name}.bias_ih_l0"]
    hidden_weight, hidden_bias = weights[f"{name}.weight_hh_l0"].T, weights[f"{name}.bias_hh_l0"]

    def advance(state, gates):
        return cell(state, gates, state[0] @ hidden_weight + hidden_bias), None

    zeros = jnp.zeros((len(images), len(hidden_weight)))
    return lax.scan(advance, (zeros,) * state, inputs)[0][0]


def lstm_cell(state, inputs, hidden):
    i, f, g, o = jnp.split(inputs + hidden, 4, axis=1)
    c = jax.nn.sigmoid(f) * state[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


def gru_cell(state, inputs, hidden):
    (ri, zi, ni), (rh, zh, nh) = jnp.split(inputs, 3, axis=1), jnp.split(hidden, 3, axis=1)
    z = jax.nn.sigmoid(zi + zh)
    n = jnp.tanh(ni + jax.nn.sigmoid(ri + rh) * nh)
    return ((1 - z) * n + z * state[0],)


def rnn_cell(state, inputs, hidden):
    return (jnp.tanh(inputs + hidden),)


def lstm(weights, images):
    return linear(weights, "fc", last_state(weights, "lstm", images, lstm_cell, state=2))


def gru(weights, images):
    return linear(weights, "fc", last_state(weights, "gru", images, gru_cell, state=1))


def rnn(weights, images):
    return linear(weights, "fc", last_state(weights, "rnn", images, rnn_cell, state=1))


def convolved(weights, name, x, padding=0):
    """Convolution, ReLU, 2×2 max-pooling. Channels last and a reshape: XLA's fastest forms on a CPU."""
    x = lax.conv_general_dilated(
        x, weights[f"{name}.weight"], (1, 1), [(padding, padding)] * 2,
        dimension_numbers=("NHWC", "OIHW", "NHWC"))
    x = jax.nn.relu(x + weights[f"{name}.bias"])
    n, rows, columns, channels = x.shape
    return x.reshape(n, rows // 2, 2, columns // 2, 2, channels).max((2, 4))


def features(weights, images, padding):
    x = convolved(weights, "conv1", images[..., None], padding)
    return convolved(weights, "conv2", x).transpose(0, 3, 1, 2).reshape(len(images), -1)


def cnn(weights, images):
    return linear(weights, "fc2", jax.nn.relu(linear(weights, "fc1", features(weights, images, padding=0))))


def lenet5(weights, images):
    x = jax.nn.relu(linear(weights, "fc1", features(weights, images, padding=2)))
    x = jax.nn.relu(linear(weights, "fc2", x))
    return -jnp.square(x[:, None] - weights["rbf.weight"]).sum(-1)


def mlp(weights, images):
    return linear(weights, "fc2", jax.nn.relu(linear(weights, "fc1", images.reshape(len(images), -1))))


def perceptron(weights, images):
    return linear(weights, "fc", images.reshape(len(images), -1))


MODELS = {model.__name__: model for model in (lstm, gru, rnn, cnn, lenet5, mlp, perceptron)}
