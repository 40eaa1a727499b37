"""What followers got: the pictures of a feed, fetched and looked at."""

from __future__ import annotations

import io
from typing import Any

import requests
from PIL import Image

from tests.pictures import CORNERS

BESIDE = 0.04  # of a side, away from the middle
PRIVATE = {"exif", "xmp", "photoshop", "comment", "icc_profile", "progressive", "mp"}


def shown(post: dict[str, Any]) -> Image.Image:
    """The one picture of a post, as a follower's phone gets it."""
    (picture,) = post["pictures"]
    answer = requests.get(picture["url"], timeout=10)
    answer.raise_for_status()
    image = Image.open(io.BytesIO(answer.content))
    image.load()
    return image


def quarters(image: Image.Image) -> list[int]:
    """Which corner of `pictures.four_corners` is seen top left, top right, bottom left and bottom right.

    Looked at near the middle, where the four meet: that is inside the picture whatever was added beside it.
    """
    across, down = round(image.width * BESIDE), round(image.height * BESIDE)
    middle = (image.width // 2, image.height // 2)
    spots = [(middle[0] + x * across, middle[1] + y * down) for y in (-1, 1) for x in (-1, 1)]
    return [_nearest(image.convert("RGB").getpixel(spot)) for spot in spots]  # type: ignore[arg-type]


def _nearest(colour: tuple[int, int, int]) -> int:
    return min(range(4), key=lambda at: sum(abs(one - two) for one, two in zip(colour, CORNERS[at], strict=True)))


def is_upright(image: Image.Image) -> bool:
    """Whether the four quarters are where they were painted."""
    return quarters(image) == [0, 1, 2, 3]


def leftovers(image: Image.Image) -> set[str]:
    """What is in the file besides the picture: nothing of whoever took it, where, when or with what."""
    found = PRIVATE & set(image.info)
    return found | ({"EXIF tags"} if len(image.getexif()) else set())
