"""Makes the fixtures of the file formats with the reference programs: numpy, torch and safetensors.

Run it in this folder: python make_formats.py
"""
import numpy
import torch
from safetensors.torch import save_file

images = numpy.arange(2 * 3 * 4, dtype=numpy.uint8).reshape(2, 3, 4)
arrays = {
    "images": images,
    "fortran": numpy.asfortranarray(images),
    "labels": numpy.array([7, 0, 255], dtype=numpy.int64),
    "big": numpy.array([1, 2], dtype=">i4"),
    "zeros": numpy.zeros(5000, dtype=numpy.uint8),
    "scalar": numpy.uint8(9),
    "floats": numpy.array([0.5], dtype=numpy.float32),
    "negative": numpy.array([3, -1], dtype=numpy.int16),
}
numpy.savez("arrays.npz", **arrays)
numpy.savez_compressed("arrays_compressed.npz", **arrays)

for shape in [(5,), (2, 3), (2, 1, 2)]:
    counts = numpy.arange(numpy.prod(shape), dtype=numpy.int64) ** 2 * 1_000_000_007
    numpy.save(f"counts_{len(shape)}d.npy", counts.reshape(shape))

values = torch.tensor([[0.0, -1.5, 65504.0], [6e-8, float("inf"), 0.1]])
save_file(
    {
        "f32": values,
        "f64": values.double(),
        "f16": values.half(),
        "bf16": values.bfloat16(),
        "i64": torch.tensor([1, -(2**40)]),
        "i32": torch.tensor([-5], dtype=torch.int32),
        "u8": torch.tensor([0, 200], dtype=torch.uint8),
        "bool": torch.tensor([True, False, True]),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
    },
    "reference.safetensors",
    metadata={"format": "pt", "epoch": "3"},
)
