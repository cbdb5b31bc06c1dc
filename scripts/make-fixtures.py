#!/usr/bin/env python3
"""Writes Tests/Fixtures/*/*: small tensors computed by PyTorch, which the Swift tests must reproduce.

Needs torch, safetensors and numpy (any venv with them):  python scripts/make-fixtures.py [FOLDER]
Same seed, same torch version => same bytes. Everything is float32 except labels (int64).
Whole runs come from scripts/make-trajectories.py. Names: an input is `x`, its gradient
`x_gradient`; `output_gradient` is the upstream gradient.
"""

import json
import pathlib
import sys

import torch
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from fixtures import place, save

torch.set_num_threads(1)


def leaf(*shape, scale=1.0):
    return (torch.randn(shape) * scale).requires_grad_()


def backward(output, inputs):
    """Runs backward from a random upstream gradient; returns output, that gradient, and every input's."""
    for tensor in inputs.values():
        tensor.grad = None
    upstream = torch.randn(output.shape)
    output.backward(upstream)
    gradients = {f"{key}_gradient": tensor.grad for key, tensor in inputs.items()}
    return {**inputs, "output": output, "output_gradient": upstream, **gradients}


def linear():
    inputs = {"x": leaf(5, 7), "weight": leaf(3, 7), "bias": leaf(3)}
    save("linear", backward(F.linear(inputs["x"], inputs["weight"], inputs["bias"]), inputs))


def cross_entropy():
    """Row 2 has a huge wrong logit, row 3 a huge right one, row 4 only very negative ones."""
    logits = torch.randn(6, 10) * 2
    labels = torch.tensor([0, 9, 3, 4, 5, 1])
    logits[2, 7], logits[2, 3] = 80, -80
    logits[3, 4] = 80
    logits[4] -= 80
    logits.requires_grad_()
    loss = F.cross_entropy(logits, labels, reduction="sum")
    loss.backward()
    save("cross_entropy", {"logits": logits, "labels": labels, "loss": loss.reshape(1),
                           "logits_gradient": logits.grad})


def recurrent(name, module):
    """A full-sequence output and a random upstream gradient over all of it; the last state is output[:, -1]."""
    inputs = {"x": torch.rand(4, 28, 28).requires_grad_()}
    inputs |= {key: parameter for key, parameter in module.named_parameters()}
    save(name, backward(module(inputs["x"])[0], inputs))


def lstm_states():
    """An LSTM that goes on from given states; gradients come in through every output and the final cell state."""
    module = torch.nn.LSTM(5, 6, batch_first=True)
    inputs = {"x": leaf(3, 4, 5)} | dict(module.named_parameters())
    inputs |= {"initial_hidden": leaf(3, 6), "initial_cell": leaf(3, 6)}
    output, (_, cell) = module(inputs["x"], (inputs["initial_hidden"][None], inputs["initial_cell"][None]))
    save("lstm_states", backward(torch.cat([output.flatten(1), cell[0]], dim=1), inputs))


def stack(name, module):
    """Two layers in both directions, from given states; gradients come in through every output and final state."""
    inputs = {"x": leaf(3, 4, 5)} | dict(module.named_parameters())
    states = {key: leaf(4, 3, 6) for key in (["h_0", "c_0"] if name.startswith("lstm") else ["h_0"])}
    first = tuple(states.values())
    output, final = module(inputs["x"], first if len(first) == 2 else first[0])
    outputs = dict(zip(["output", "h_n", "c_n"], [output, *(final if len(first) == 2 else [final])]))
    upstream = {key: torch.randn(value.shape) for key, value in outputs.items()}
    torch.autograd.backward(list(outputs.values()), list(upstream.values()))
    inputs |= states
    save(name, {**inputs, **outputs, **{f"{key}_gradient": value for key, value in upstream.items()},
                **{f"{key}_gradient": tensor.grad for key, tensor in inputs.items()}})


def embedding():
    """Rows 1 and 4 are looked up twice, rows 2 and 5 never."""
    inputs = {"weight": leaf(6, 4)}
    indices = torch.tensor([[4, 1, 0], [1, 3, 4]])
    save("embedding", {"indices": indices, **backward(F.embedding(indices, inputs["weight"]), inputs)})


def binary_cross_entropy():
    """Logits of ±90, beyond what e^x holds, with targets of 0, of 1 and between."""
    logits, targets = torch.randn(4, 9) * 3, torch.rand(4, 9)
    logits[0, :4] = torch.tensor([90.0, 90, -90, -90])
    targets[0, :4] = torch.tensor([0.0, 1, 0, 1])
    targets[1], targets[2] = 0, 1
    logits.requires_grad_()
    loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="sum")
    loss.backward()
    save("binary_cross_entropy", {"logits": logits, "targets": targets, "loss": loss.reshape(1),
                                  "logits_gradient": logits.grad})


def joined():
    """Three tensors joined along axis 1, the last of them transposed first."""
    inputs = {"a": leaf(2, 3, 4), "b": leaf(2, 1, 4), "c": leaf(2, 4, 2)}
    output = torch.cat([inputs["a"], inputs["b"], inputs["c"].transpose(1, 2)], dim=1)
    save("concatenate", backward(output, inputs))


class LAMB(torch.optim.Optimizer):
    """You et al. 2020, algorithm 2, with phi the identity; a ratio with a norm of zero is 1."""

    def __init__(self, parameters, lr, weight_decay, betas, eps):
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for parameter in group["params"]:
                state, gradient = self.state[parameter], parameter.grad
                taken = state["step"] = state.get("step", 0) + 1
                mean = state["exp_avg"] = beta1 * state.get("exp_avg", 0) + (1 - beta1) * gradient
                square = state["exp_avg_sq"] = beta2 * state.get("exp_avg_sq", 0) + (1 - beta2) * gradient ** 2
                update = mean / (1 - beta1 ** taken) / ((square / (1 - beta2 ** taken)).sqrt() + group["eps"])
                update = update + group["weight_decay"] * parameter
                length, stride = parameter.norm(), update.norm()
                trust = length / stride if length > 0 and stride > 0 else 1
                parameter -= group["lr"] * trust * update


def steps(name, parameters, descent, options):
    """Five steps; NAME_gradient_1…5 go in, NAME_0 is the start, NAME_1…5 the values after each step; norm_1…5 is the
    norm of the gradients that PyTorch has."""
    tensors = {key: torch.tensor(value, dtype=torch.float32).reshape(-1) for key, value in options.items()}
    tensors |= {f"{key}_0": parameter.detach().clone() for key, parameter in parameters.items()}
    for step in range(1, 6):
        for key, parameter in parameters.items():
            gradient = torch.randn(parameter.shape)
            tensors[f"{key}_gradient_{step}"] = gradient.clone()
            if parameter.requires_grad:
                parameter.grad = gradient
        tensors[f"norm_{step}"] = torch.nn.utils.clip_grad_norm_(parameters.values(), torch.inf).reshape(1)
        descent.step()
        tensors |= {f"{key}_{step}": parameter.detach().clone() for key, parameter in parameters.items()}
    save(name, tensors)


def optimizer(name, kind, **options):
    """One parameter."""
    parameter = torch.nn.Parameter(torch.randn(3, 4))
    steps(name, {"parameter": parameter}, kind([parameter], **options), options)


def network():
    """Parameters of several shapes, one of them longer than a register and one that starts at zero."""
    shapes = {"embedding.weight": (4, 3), "fc.weight": (5, 7), "fc.bias": (5,), "out.weight": (2, 5), "out.bias": (2,)}
    parameters = {key: torch.nn.Parameter(torch.randn(shape)) for key, shape in shapes.items()}
    parameters["out.bias"].data.zero_()
    return parameters


def grouped(name, kind, **options):
    """The embedding is frozen, biases do not decay, out.weight learns ten times as fast."""
    parameters = network()
    parameters["embedding.weight"].requires_grad_(False)
    descent = kind([{"params": [parameters["fc.weight"]]},
                    {"params": [parameters["fc.bias"], parameters["out.bias"]], "weight_decay": 0.0},
                    {"params": [parameters["out.weight"]], "lr": 10 * options["lr"]}], **options)
    steps(name, parameters, descent, options)


def lamb():
    options = {"lr": 0.01, "weight_decay": 0.02, "betas": (0.9, 0.99), "eps": 1e-6}
    parameters = network()
    steps("lamb", parameters, LAMB(parameters.values(), **options), options)


def elementwise():
    """`<op>_output` and `<op>_x_gradient` for one `x`; add and mul broadcast a [3, 1, 4] against b [5, 1]."""
    x, upstream = leaf(4, 6, scale=3), torch.randn(4, 6)
    tensors = {"x": x, "output_gradient": upstream}
    operations = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "exp": torch.exp,
                  "softmax": lambda t: torch.softmax(t, dim=1),
                  "log_softmax": lambda t: torch.log_softmax(t, dim=1)}
    for name, operation in operations.items():
        x.grad = None
        output = operation(x)
        output.backward(upstream)
        tensors |= {f"{name}_output": output, f"{name}_x_gradient": x.grad.clone()}
    a, b, upstream = leaf(3, 1, 4), leaf(5, 1), torch.randn(3, 5, 4)
    tensors |= {"a": a, "b": b, "broadcast_output_gradient": upstream}
    for name, operation in {"add": torch.add, "mul": torch.mul, "sub": torch.sub, "div": torch.div}.items():
        a.grad = b.grad = None
        output = operation(a, b)
        output.backward(upstream)
        tensors |= {f"{name}_output": output, f"{name}_a_gradient": a.grad.clone(),
                    f"{name}_b_gradient": b.grad.clone()}
    save("elementwise", tensors)


def convolution():
    """conv2d (stride 1, no padding; and padding 2), 2×2 max and average pooling."""
    for name, padding in {"conv2d": 0, "conv2d_padded": 2}.items():
        inputs = {"x": leaf(2, 3, 8, 9), "weight": leaf(4, 3, 5, 5), "bias": leaf(4)}
        save(name, backward(F.conv2d(inputs["x"], inputs["weight"], inputs["bias"], padding=padding), inputs))
    for name, pool in {"max_pool2d": F.max_pool2d, "avg_pool2d": F.avg_pool2d}.items():
        inputs = {"x": leaf(2, 3, 8, 6)}
        save(name, backward(pool(inputs["x"], 2), inputs))


def strided():
    """conv2d with stride 2 and padding 1, and 3×3 max-pooling with stride 2, whose windows overlap."""
    inputs = {"x": leaf(2, 3, 8, 9), "weight": leaf(10, 3, 3, 4), "bias": leaf(10)}
    save("conv2d_strided", backward(F.conv2d(*inputs.values(), stride=2, padding=1), inputs))
    inputs = {"x": leaf(2, 3, 9, 7)}
    save("max_pool2d_overlapping", backward(F.max_pool2d(inputs["x"], 3, stride=2), inputs))


def wide():
    """conv2d of more channels and filters than one panel of 32 holds; with stride 2; and with 1×1 filters."""
    for name, x, weight, stride, padding in [
            ("conv2d_wide", (2, 33, 5, 4), (34, 33, 3, 3), 1, 1),
            ("conv2d_halved", (3, 16, 7, 8), (8, 16, 3, 3), 2, 1),
            ("conv2d_pointwise", (2, 9, 4, 5), (17, 9, 1, 1), 1, 0),
            ("conv2d_pointwise_halved", (2, 9, 5, 6), (17, 9, 1, 1), 2, 0)]:
        inputs = {"x": leaf(*x), "weight": leaf(*weight), "bias": leaf(weight[0])}
        save(name, backward(F.conv2d(*inputs.values(), stride=stride, padding=padding), inputs))


def gaussian():
    """LeNet-5's output: minus the squared distance to each class's centre."""
    inputs = {"x": leaf(4, 84), "weight": leaf(10, 84)}
    save("gaussian", backward(-(inputs["x"][:, None] - inputs["weight"]).square().sum(-1), inputs))


def activations():
    """`<op>_output` and `<op>_x_gradient` for one `x`, whose first row holds what saturates; the logarithm's x is positive."""
    x, upstream = torch.randn(5, 7) * 3, torch.randn(5, 7)
    x[0] = torch.tensor([-40.0, -9, -4, -0.0, 4, 9, 40])
    x.requires_grad_()
    positive = (torch.rand(5, 7) * 4 + 0.01).requires_grad_()
    tensors = {"x": x, "positive": positive, "output_gradient": upstream}
    operations = {"gelu": F.gelu, "gelu_tanh": lambda t: F.gelu(t, approximate="tanh"), "silu": F.silu,
                  "softplus": F.softplus, "leaky_relu": lambda t: F.leaky_relu(t, 0.1), "erf": torch.erf}
    for name, operation in operations.items():
        x.grad = None
        output = operation(x)
        output.backward(upstream)
        tensors |= {f"{name}_output": output, f"{name}_x_gradient": x.grad.clone()}
    output = torch.log(positive)
    output.backward(upstream)
    save("activations", {**tensors, "log_output": output, "log_positive_gradient": positive.grad})


def normalization():
    """Layer normalisation over the last axis and over the last two, group normalisation of 6 channels in 3 groups."""
    for name, x, size in [("layer_norm", (3, 4, 19), (19,)), ("layer_norm_axes", (3, 5, 8), (5, 8))]:
        inputs = {"x": leaf(*x, scale=2), "weight": leaf(*size), "bias": leaf(*size)}
        save(name, backward(F.layer_norm(inputs["x"], size, inputs["weight"], inputs["bias"]), inputs))
    inputs = {"x": leaf(2, 6, 3, 7, scale=2), "weight": leaf(6), "bias": leaf(6)}
    save("group_norm", backward(F.group_norm(inputs["x"], 3, inputs["weight"], inputs["bias"]), inputs))


def global_pooling():
    inputs = {"x": leaf(2, 3, 5, 7)}
    save("global_avg_pool2d", backward(F.adaptive_avg_pool2d(inputs["x"], 1).flatten(1), inputs))


def transposed_convolution():
    """conv_transpose2d: plain; with stride, padding and output padding; wider than one panel of 32; and with 1×1 filters."""
    for name, x, weight, options in [
            ("conv_transpose2d", (2, 3, 5, 4), (3, 4, 3, 2), {}),
            ("conv_transpose2d_strided", (3, 5, 4, 3), (5, 4, 3, 3),
             {"stride": 2, "padding": 1, "output_padding": 1}),
            ("conv_transpose2d_wide", (2, 34, 4, 3), (34, 33, 3, 3), {"stride": 2, "padding": 1}),
            ("conv_transpose2d_pointwise", (2, 9, 4, 6), (9, 5, 1, 1), {}),
            ("conv_transpose2d_apart", (2, 3, 3, 2), (3, 2, 2, 2), {"stride": 3, "output_padding": 2})]:
        inputs = {"x": leaf(*x), "weight": leaf(*weight), "bias": leaf(weight[1])}
        save(name, backward(F.conv_transpose2d(*inputs.values(), **options), inputs))


def attention():
    """Products of pairs of matrices, and a softmax over what a mask keeps: a causal one, and one for each sample."""
    inputs = {"a": leaf(2, 3, 4, 5), "b": leaf(2, 3, 5, 6)}
    save("batched_matmul", backward(inputs["a"] @ inputs["b"], inputs))
    inputs = {"x": leaf(2, 3, 5, 5, scale=3)}
    causal = torch.ones(5, 5).tril()
    output = torch.softmax(inputs["x"].masked_fill(causal == 0, float("-inf")), dim=-1)
    save("causal_softmax", backward(output, inputs))
    inputs, mask = {"x": leaf(2, 3, 4, 5, scale=3)}, torch.ones(2, 1, 1, 5)
    mask[0, ..., 3:], mask[1, ..., 1] = 0, 0
    output = torch.softmax(inputs["x"].masked_fill(mask == 0, float("-inf")), dim=-1)
    save("masked_softmax", {"mask": mask, **backward(output, inputs)})


def losses():
    """Each sample's mean squared error, summed; cross-entropy with class weights, with label smoothing, and with both."""
    x, targets = leaf(4, 3, 5), torch.randn(4, 3, 5)
    loss = 4 * F.mse_loss(x, targets)
    loss.backward()
    save("mean_squared_error", {"x": x, "targets": targets, "loss": loss.reshape(1), "x_gradient": x.grad})
    logits, labels = (torch.randn(5, 7) * 2).requires_grad_(), torch.tensor([0, 6, 3, 3, 1])
    weights = torch.rand(7) * 2
    tensors = {"logits": logits, "labels": labels, "weights": weights}
    for name, options in {"weights": {"weight": weights}, "smoothing": {"label_smoothing": 0.1},
                          "both": {"weight": weights, "label_smoothing": 0.3}}.items():
        logits.grad = None
        loss = F.cross_entropy(logits, labels, reduction="sum", **options)
        loss.backward()
        tensors |= {f"{name}_loss": loss.reshape(1), f"{name}_logits_gradient": logits.grad.clone()}
    save("cross_entropy_weighted", tensors)


def errors():
    """What is said of predicted numbers: `mean_absolute`, `root_mean_squared`."""
    predictions, targets = torch.randn(13, 3) * 4, torch.randn(13, 3) * 4
    save("errors", {"predictions": predictions, "targets": targets,
                    "mean_absolute": F.l1_loss(predictions, targets).reshape(1),
                    "root_mean_squared": F.mse_loss(predictions, targets).sqrt().reshape(1)})


def schedules():
    """Learning rates used by optimizer steps 0…19; schedulers stepped once per optimizer step."""
    def rates(build, lr=0.1):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
        scheduler, used = build(optimizer), []
        for _ in range(20):
            used.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return used

    schedulers = torch.optim.lr_scheduler
    table = {
        "lr": 0.1, "steps": 20,
        "cosine": {"t_max": 20, "eta_min": 0.0,
                   "rates": rates(lambda o: schedulers.CosineAnnealingLR(o, T_max=20))},
        "cosine_floor": {"t_max": 20, "eta_min": 0.01,
                         "rates": rates(lambda o: schedulers.CosineAnnealingLR(o, T_max=20, eta_min=0.01))},
        "step": {"step_size": 6, "gamma": 0.1,
                 "rates": rates(lambda o: schedulers.StepLR(o, step_size=6, gamma=0.1))},
        "one-cycle": {"total_steps": 20,
                      "rates": rates(lambda o: schedulers.OneCycleLR(o, max_lr=0.1, total_steps=20,
                                                                     cycle_momentum=False))},
        # Step i of a warm-up of w steps uses lr · (i + 1) / w; from step w − 1 on, lr.
        "warmup": {"warmup_steps": 5,
                   "rates": rates(lambda o: schedulers.LambdaLR(o, lambda i: min(1, (i + 1) / 5)))},
    }
    place("schedules.json").write_text(json.dumps(table, indent=1) + "\n")
    print("schedules.json")


def main():
    # Each fixture seeds itself, so that adding one never changes another.
    fixtures = [
        linear, cross_entropy, elementwise, convolution, strided, wide, gaussian, schedules, lstm_states, embedding,
        binary_cross_entropy, joined, activations, normalization, global_pooling, transposed_convolution, attention,
        losses, errors,
        lambda: recurrent("lstm", torch.nn.LSTM(28, 20, batch_first=True)),
        lambda: recurrent("gru", torch.nn.GRU(28, 20, batch_first=True)),
        lambda: recurrent("rnn", torch.nn.RNN(28, 20, batch_first=True)),
        lambda: recurrent("rnn_relu", torch.nn.RNN(28, 20, nonlinearity="relu", batch_first=True)),
        lambda: stack("lstm_stack", torch.nn.LSTM(5, 6, 2, batch_first=True, bidirectional=True)),
        lambda: stack("gru_stack", torch.nn.GRU(5, 6, 2, batch_first=True, bidirectional=True)),
        lambda: stack("rnn_stack", torch.nn.RNN(5, 6, 2, batch_first=True, bidirectional=True)),
        lambda: optimizer("sgd_plain", torch.optim.SGD, lr=0.1, momentum=0.0, weight_decay=0.0),
        lambda: optimizer("sgd_momentum", torch.optim.SGD, lr=0.1, momentum=0.9, weight_decay=0.01),
        lambda: optimizer("sgd_nesterov", torch.optim.SGD, lr=0.1, momentum=0.9, weight_decay=0.01,
                          nesterov=True),
        lambda: optimizer("adam", torch.optim.Adam, lr=0.01, weight_decay=0.01, eps=1e-8, betas=(0.9, 0.999)),
        lambda: optimizer("adamw", torch.optim.AdamW, lr=0.01, weight_decay=0.01, eps=1e-8, betas=(0.9, 0.999)),
        lambda: optimizer("rmsprop", torch.optim.RMSprop, lr=0.01, alpha=0.9, eps=1e-8, weight_decay=0.01),
        lambda: optimizer("rmsprop_momentum", torch.optim.RMSprop, lr=0.01, alpha=0.9, eps=1e-8, weight_decay=0.01,
                          momentum=0.8),
        lambda: optimizer("rmsprop_centered", torch.optim.RMSprop, lr=0.01, alpha=0.9, eps=1e-8, weight_decay=0.01,
                          momentum=0.8, centered=True),
        lambda: grouped("sgd_groups", torch.optim.SGD, lr=0.05, momentum=0.9, weight_decay=0.1),
        lambda: grouped("adamw_groups", torch.optim.AdamW, lr=0.01, weight_decay=0.1, eps=1e-8, betas=(0.9, 0.999)),
        lamb,
    ]
    for fixture in fixtures:
        torch.manual_seed(1)
        fixture()


if __name__ == "__main__":
    main()
