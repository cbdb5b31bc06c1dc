"""Loads a trained model.safetensors into the article's PyTorch module and compares accuracies.

Usage: python check_pytorch.py MODEL_FILE DATA_FOLDER CORRECT TOTAL
CORRECT and TOTAL are what `trainer evaluate` counted. They may differ by one image (a tie decided by rounding).
"""

import sys

import torch
from safetensors.torch import load_file

from idx import read_idx
from torch_models import module_for


def main(model_file, folder, correct, total):
    state = load_file(model_file)
    module = module_for(state)
    module.load_state_dict(state, strict=True)
    images = torch.from_numpy(read_idx(folder, "t10k-images-idx3-ubyte")).float() / 255
    labels = torch.from_numpy(read_idx(folder, "t10k-labels-idx1-ubyte"))
    with torch.no_grad():
        guesses = torch.cat([module(batch).argmax(1) for batch in images.split(1000)])
    ours = int((guesses == labels).sum())
    print(f"PyTorch {torch.__version__.split('+')[0]}: {ours} of {len(labels)} correct; trainer: {correct} of {total}")
    if total != len(labels) or abs(ours - correct) > 1:
        sys.exit("PyTorch and the trainer disagree by more than one image")


main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
