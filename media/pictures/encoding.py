"""The bytes of a finished picture, within what a platform takes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image, PngImagePlugin

from media.pictures.geometry import frame
from media.pictures.inspection import LOOK
from media.pictures.values import BadPicture, Recipe, called
from media.reasons import TooManyBytes

QUALITIES = (90, 85, 80, 75, 70, 60, 50)
SHRINK = 0.8


@dataclass(slots=True)
class Canvas:
    """A finished picture. `packet`: XMP to write along, or nothing. Each form and quality is encoded once."""

    image: Image.Image
    packet: bytes
    small: Image.Image = field(init=False)  # what is looked at to tell it from others
    known: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.small = self.image.reduce(max(1, min(self.image.size) // LOOK))

    def within(self, recipe: Recipe, name: str) -> tuple[bytes, tuple[int, int]]:
        """Encoded within the recipe's bytes: at lower quality first, then at smaller sizes."""
        for data, size in self._attempts(recipe):
            if recipe.max_bytes is None or len(data) <= recipe.max_bytes:
                return data, size
        raise BadPicture(TooManyBytes(name=called(name), most=recipe.max_bytes or 0))

    def _attempts(self, recipe: Recipe) -> Iterator[tuple[bytes, tuple[int, int]]]:
        qualities = QUALITIES if recipe.format == "JPEG" else QUALITIES[:1]
        for quality in qualities:
            if (recipe.format, quality) not in self.known:
                self.known[recipe.format, quality] = _encoded(self.image, recipe.format, quality, self.packet)
            yield self.known[recipe.format, quality], self.image.size
        for smaller in _smaller(self.image, recipe):
            for quality in qualities:
                yield _encoded(smaller, recipe.format, quality, self.packet), smaller.size


def _smaller(canvas: Image.Image, recipe: Recipe) -> Iterator[Image.Image]:
    """One after the other, as long as the platform takes it."""
    while True:
        bounds = Recipe(
            max_width=max(1, int(canvas.width * SHRINK)),
            max_height=max(1, int(canvas.height * SHRINK)),
            min_ratio=recipe.min_ratio,
            max_ratio=recipe.max_ratio,
        )
        canvas = canvas.resize(frame(*canvas.size, bounds).canvas, Image.Resampling.LANCZOS)
        if min(canvas.size) < 2 or canvas.width < recipe.min_width:
            return
        yield canvas


def _encoded(canvas: Image.Image, form: str, quality: int, packet: bytes) -> bytes:
    """What goes out is JPEG, which all platforms take; Facebook and Threads would take PNG too.

    Baseline, not progressive: Instagram refuses progressive ones (error 9004, subcode 2207052; measured by others).
    `packet`: XMP to write along, or nothing.
    """
    data = io.BytesIO()
    if form == "JPEG":
        subsampling = "4:4:4" if quality >= 85 else "4:2:0"
        beside = {"xmp": packet} if packet else {}
        canvas.save(data, "JPEG", quality=quality, optimize=True, subsampling=subsampling, **beside)
    else:
        remarks = PngImagePlugin.PngInfo()
        if packet:
            remarks.add_itxt("XML:com.adobe.xmp", packet.decode())
        canvas.save(data, "PNG", optimize=True, pnginfo=remarks)
    return data.getvalue()
