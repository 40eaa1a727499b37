"""Which part of a picture goes where on the canvas. Pure geometry, no pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from media.pictures.values import MIN_SIDE, WHOLE, Crop, Recipe

# Space thinner than this share of the canvas would look like a mistake; the picture is stretched over it.
HAIRLINE = 0.005
STEPS = 200
# Less of a side than this is no part that anybody chose: in ten-thousandths.
LEAST = 500
Box = tuple[int, int, int, int]  # left, top, right, bottom, in whole pixels


@dataclass(frozen=True, slots=True)
class Frame:
    """`crop` is the part of the picture that shows (left, top, right, bottom, in its pixels); `canvas` the
    size of the result; `spot` where that part lies on it (left, top, width, height). `part` is what a person
    chose of the picture, all of it where nobody did; what the shape of the canvas cuts is cut from that."""

    crop: tuple[float, float, float, float]
    canvas: tuple[int, int]
    spot: tuple[int, int, int, int]
    part: Box

    @property
    def is_padded(self) -> bool:
        """Is there space around the picture?"""
        return self.spot[2:] != self.canvas


def frame(width: int, height: int, recipe: Recipe) -> Frame:
    """Where a picture of this upright size goes under `recipe`.

    The canvas' ratio is inside the recipe's limits wherever whole pixels allow it. With fit "pad" nothing of
    the picture is cut, or of the part of it that a person chose; with "crop" there is no space, and its middle shows.
    """
    part = part_of(width, height, recipe.crop)
    left, top, wide, high = part[0], part[1], part[2] - part[0], part[3] - part[1]
    within = _crop(wide, high, recipe) if recipe.fit == "crop" else (0.0, 0.0, float(wide), float(high))
    crop = (left + within[0], top + within[1], left + within[2], top + within[3])
    shown = (within[2] - within[0], within[3] - within[1])
    canvas = _canvas(*shown, recipe)
    return Frame(crop, canvas, _spot(shown, canvas), part)


def part_of(width: int, height: int, crop: Crop | None) -> Box:
    """What a crop shows of an upright picture of this size; all of it without one. `cropping.js` counts so, too."""
    if crop is None:
        return 0, 0, width, height
    left, right = ((share * width + WHOLE // 2) // WHOLE for share in crop[::2])
    top, bottom = ((share * height + WHOLE // 2) // WHOLE for share in crop[1::2])
    return left, top, max(right, left + 1), max(bottom, top + 1)


def is_part(width: int, height: int, crop: Sequence[int]) -> bool:
    """Whether it is four numbers in a picture of this size (0: not known), and leaves enough of it."""
    if len(crop) != 4:
        return False
    left, top, right, bottom = crop
    inside = left >= 0 and top >= 0 and right <= WHOLE and bottom <= WHOLE
    if not inside or min(right - left, bottom - top) < LEAST:
        return False
    box = part_of(width, height, (left, top, right, bottom))
    return not width or not height or min(box[2] - box[0], box[3] - box[1]) >= MIN_SIDE


def _crop(width: int, height: int, recipe: Recipe) -> tuple[float, float, float, float]:
    wide = min(width, height * recipe.max_ratio)
    high = min(height, width / recipe.min_ratio)
    left, top = (width - wide) / 2, (height - high) / 2
    return left, top, left + wide, top + high


def _canvas(width: float, height: float, recipe: Recipe) -> tuple[int, int]:
    wide = max(width, height * recipe.min_ratio)
    high = max(height, width / recipe.max_ratio)
    scale = max(min(1.0, recipe.max_width / wide, recipe.max_height / high), recipe.min_width / wide)
    scale = min(scale, recipe.max_width / wide, recipe.max_height / high)
    # Rounded up: the side that ratios have lengthened must not cost the other one a pixel.
    return _whole(math.ceil(wide * scale - 1e-6), math.ceil(high * scale - 1e-6), recipe)


def _whole(width: int, height: int, recipe: Recipe) -> tuple[int, int]:
    """The whole numbers nearest to these whose ratio is inside the limits."""
    width, height = min(width, recipe.max_width), min(height, recipe.max_height)
    for high in _near(height, recipe.max_height):
        low = max(recipe.min_width, math.ceil(high * recipe.min_ratio - 1e-6))
        most = min(recipe.max_width, math.floor(high * recipe.max_ratio + 1e-6))
        wide = max(low, min(width, most))
        if low <= most and recipe.min_ratio <= wide / high <= recipe.max_ratio:
            return wide, high
    return width, height


def _near(number: int, most: int) -> Iterator[int]:
    for step in range(STEPS):
        yield from (near for near in {number - step, number + step} if 1 <= near <= most)


def _spot(shown: tuple[float, float], canvas: tuple[int, int]) -> tuple[int, int, int, int]:
    scale = min(canvas[0] / shown[0], canvas[1] / shown[1])
    wide, high = (max(1, min(whole, round(part * scale))) for part, whole in zip(shown, canvas, strict=True))
    if canvas[0] - wide <= max(1, canvas[0] * HAIRLINE) and canvas[1] - high <= max(1, canvas[1] * HAIRLINE):
        return 0, 0, *canvas
    return (canvas[0] - wide) // 2, (canvas[1] - high) // 2, wide, high
