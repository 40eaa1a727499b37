"""What followers got: the pictures of a feed, fetched and looked at."""

from __future__ import annotations

import io
from typing import Any

import requests
from PIL import Image

from tests.pictures import CORNERS

FAR = 90  # colours are told apart although a JPEG changes them a little
PRIVATE = {"exif", "xmp", "photoshop", "comment", "icc_profile", "progressive", "mp"}


def shown(post: dict[str, Any]) -> Image.Image:
    """The one picture of a post, as a follower's phone gets it."""
    (picture,) = post["pictures"]
    answer = requests.get(picture["url"], timeout=10)
    answer.raise_for_status()
    image = Image.open(io.BytesIO(answer.content))
    image.load()
    return image


def corners(image: Image.Image) -> list[tuple[int, int, int]]:
    """The colours a tenth of the way in from the corners: top left, top right, bottom left, bottom right."""
    left, top = image.width // 10, image.height // 10
    right, bottom = image.width - 1 - left, image.height - 1 - top
    spots = [(left, top), (right, top), (left, bottom), (right, bottom)]
    return [image.convert("RGB").getpixel(spot) for spot in spots]  # type: ignore[misc]


def is_upright(image: Image.Image) -> bool:
    """Whether the four quarters of `pictures.four_corners` are where they were painted."""
    return all(
        sum(abs(one - other) for one, other in zip(seen, painted, strict=True)) < FAR
        for seen, painted in zip(corners(image), CORNERS, strict=True)
    )


def leftovers(image: Image.Image) -> set[str]:
    """What is in the file besides the picture: nothing of whoever took it, where, when or with what."""
    found = PRIVATE & set(image.info)
    return found | ({"EXIF tags"} if len(image.getexif()) else set())
