"""Really looking at a picture: what can be said of it without a model. Values in, values out."""

from __future__ import annotations

import binascii
import colorsys
import hashlib
import io
import re
import warnings
from base64 import b64decode
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageOps, ImageStat

from sandbox.openai.problems import Problem

PHOTOS = Path(__file__).resolve().parent.parent / "photos"
DATA_URL = re.compile(r"data:(?P<mime>[\w/+.-]+);base64,(?P<data>.*)", re.DOTALL)
FORMATS = {"PNG", "JPEG", "GIF", "WEBP", "MPO"}
MIMES = {"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"}
MOST_PIXELS = 80_000_000
ALIKE = 8  # of 64 bits
PALE = {"black", "grey", "white"}  # they lie everywhere and say little
HUES = (
    (15, "red"),
    (45, "orange"),
    (70, "yellow"),
    (165, "green"),
    (195, "turquoise"),
    (255, "blue"),
    (290, "violet"),
    (345, "pink"),
    (361, "red"),
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen. `subject`: words, only for the practice pictures, which are known by sight."""

    width: int
    height: int
    colours: tuple[str, ...]
    brightness: int
    contrast: int
    warmth: int
    subject: str
    fingerprint: str

    @property
    def shape(self) -> str:
        """landscape, portrait or square."""
        ratio = self.width / self.height
        return "landscape" if ratio > 1.1 else "portrait" if ratio < 0.9 else "square"

    @property
    def light(self) -> str:
        """bright, dark or soft."""
        return "bright" if self.brightness > 165 else "dark" if self.brightness < 75 else "soft"

    @property
    def tone(self) -> str:
        """warm, cool or neutral."""
        return "warm" if self.warmth > 12 else "cool" if self.warmth < -12 else "neutral"


def look(url: str) -> Sight:
    """Look at a picture in a data URL. Raises Problem as OpenAI words it."""
    match = DATA_URL.fullmatch(url)
    if match is None:
        raise Problem("invalid_image_url", url[:80], param="messages")
    if match["mime"] not in MIMES:
        raise Problem("invalid_image_format")
    try:
        content = b64decode(match["data"], validate=True)
    except binascii.Error as error:
        raise Problem("invalid_image_url", message="Invalid base64 image_url.") from error
    return seen(content)


def seen(content: bytes) -> Sight:
    """Look at a picture. Raises Problem when it cannot be decoded to its last row."""
    picture = _decoded(content)
    small = picture.resize((48, 48))
    red, _, blue = ImageStat.Stat(small).mean
    grey = ImageStat.Stat(small.convert("L"))
    return Sight(
        width=picture.width,
        height=picture.height,
        colours=_colours(small),
        brightness=round(grey.mean[0]),
        contrast=round(grey.stddev[0]),
        warmth=round(red - blue),
        subject=_known(_print(picture)),
        fingerprint=hashlib.sha256(small.tobytes()).hexdigest(),
    )


def _decoded(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as picture:
                if picture.format not in FORMATS:
                    raise Problem("invalid_image_format")
                if picture.width * picture.height > MOST_PIXELS:
                    raise Problem("image_parse_error")
                return ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Problem("image_parse_error") from error


def _colours(small: Image.Image) -> tuple[str, ...]:
    """The two colours that cover most of it, as words."""
    data = small.tobytes()
    cover: Counter[str] = Counter()
    for pixel in zip(data[::3], data[1::3], data[2::3], strict=True):
        name = _name(*pixel)
        cover[name] += 1 if name in PALE else 2
    return tuple(sorted(cover, key=lambda name: (-cover[name], name))[:2])


def _name(red: int, green: int, blue: int) -> str:
    hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    if value < 0.2:
        return "black"
    if saturation < 0.15:
        return "white" if value > 0.85 else "grey"
    word = next(word for limit, word in HUES if hue * 360 < limit)
    return "brown" if word in {"red", "orange"} and value < 0.72 and saturation < 0.95 else word


def _print(picture: Image.Image) -> int:
    """64 bits that stay nearly the same when a picture is scaled or saved again (a difference hash)."""
    row = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    bits = [row[y * 9 + x] < row[y * 9 + x + 1] for y in range(8) for x in range(8)]
    return sum(bit << place for place, bit in enumerate(bits))


@cache
def _album() -> dict[int, str]:
    """The practice pictures by their prints."""
    album = {}
    for path in sorted(PHOTOS.glob("*.jpg")):
        with Image.open(path) as picture:
            album[_print(picture.convert("RGB"))] = path.stem.replace("-", " ")
    return album


def _known(print_: int) -> str:
    nearest = min(_album(), key=lambda other: (other ^ print_).bit_count(), default=None)
    return _album()[nearest] if nearest is not None and (nearest ^ print_).bit_count() <= ALIKE else ""
