"""Loads a trained model.safetensors into the PyTorch module of its network and compares what both make of the test set.

Usage: python check_pytorch.py MODEL_FILE DATA_FOLDER EVALUATION LOGITS_FILE
EVALUATION is the JSON that `trainer evaluate` printed, LOGITS_FILE what its --logits wrote: the first test samples' logits.
Logits may differ by 0.0001 (beyond 100, where single precision has no more digits, by a millionth of their size), losses
by 1 in 10,000, accuracies by one sample (a tie decided by rounding).
"""

import json
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch.nn import functional as F

from idx import read_idx
from pytorch_models import DigitReader, RowGenerator, as_rows, module_for
from random_stream import RandomStream


def strips(images, labels, digits):
    """The test strips: of each, the digits are drawn from the test images."""
    streams = [RandomStream(0, "digit strips", sample) for sample in range(len(images))]
    places = torch.tensor([[stream.integer(len(images)) for _ in range(digits)] for stream in streams])
    return torch.cat(list(images[places].unbind(1)), dim=-1), labels[places]


def logits_of(module, images, labels, digits):
    """[n, classes]; [n, digits, classes] of strips and [n, rows, channels * columns] of generated pictures."""
    if isinstance(module, RowGenerator):
        return module(labels, module.noise(range(len(labels))))
    arguments = [digits] if isinstance(module, DigitReader) else []
    return torch.cat([module(batch, *arguments) for batch in images.split(1000)])


def measure(module, logits, images, labels):
    """The mean loss per image or strip, and what else `trainer evaluate` counts for such a network."""
    if isinstance(module, RowGenerator):
        return {"loss": F.binary_cross_entropy_with_logits(
            logits, as_rows(images), reduction="sum").item() / len(images)}
    right = logits.argmax(-1) == labels
    loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), labels.flatten(), reduction="sum").item()
    result = {"loss": loss / len(images), "correct": int(right.sum()), "total": labels.numel()}
    return result | ({"sequences_correct": int(right.all(1).sum())} if labels[0].numel() > 1 else {})


@torch.no_grad()
def main(model_file, folder, evaluation, logits_file):
    state = load_file(model_file)
    with safe_open(model_file, "pt") as file:
        metadata = file.metadata()
    sample = json.loads(metadata["sample"]) if "sample" in metadata else None
    digits = int(metadata.get("digits", 1))
    module = module_for(state, sample).eval()
    module.load_state_dict(state, strict=True)
    images = torch.from_numpy(read_idx(folder, "t10k-images")).float() / 255
    labels = torch.from_numpy(read_idx(folder, "t10k-labels")).long()
    if isinstance(module, DigitReader):
        images, labels = strips(images, labels, digits)

    logits, theirs = logits_of(module, images, labels, digits), load_file(logits_file)["logits"]
    if theirs.shape[1:] != logits.shape[1:]:
        sys.exit(f"the trainer's logits are {list(theirs.shape)}, PyTorch's {list(logits.shape)}")
    expected = logits[:len(theirs)]
    differences, sizes = (theirs - expected).abs(), expected.abs()
    print(f"logits of {len(theirs)} samples, up to {sizes.max():.4g}: largest difference {differences.max():.2g}"
          + (f", up to 100: {differences[sizes <= 100].max():.2g}" if sizes.max() > 100 else ""))
    if not (differences <= (1e-6 * sizes).clamp(min=1e-4)).all():
        sys.exit("PyTorch and the trainer disagree about a logit by more than 0.0001 and a millionth of its size")

    ours = measure(module, logits, images, labels)
    theirs = {key: evaluation.get(key) for key in ours}
    print(f"PyTorch {torch.__version__.split('+')[0]}: {json.dumps(ours)}")
    print(f"trainer: {json.dumps(theirs)}")
    margins = {"loss": 1e-4 * abs(ours["loss"]), "correct": digits, "total": 0, "sequences_correct": 1}
    for key, margin in margins.items():
        if key in ours and (theirs[key] is None or abs(ours[key] - theirs[key]) > margin):
            sys.exit(f"PyTorch and the trainer disagree about '{key}' by more than {margin:g}")


main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), sys.argv[4])
