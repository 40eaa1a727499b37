"""What Meta accepts as a picture. Rules: Meta's page and media references, and what clients measured."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache

from sandbox.fetching import Unfetchable
from sandbox.meta import errors
from sandbox.world import World

INSTAGRAM_BYTES = 8 * 1024 * 1024
FACEBOOK_BYTES = 10 * 1024 * 1024
SLACK = 0.005
RATIOS = {"instagram": (4 / 5, 1.91), "threads": (1 / 10, 10.0)}
FORMATS = {"instagram": {"JPEG"}, "threads": {"JPEG", "PNG"}}
FACEBOOK_FORMATS = {"JPEG", "MPO", "PNG", "GIF", "BMP", "TIFF"}
LEAST_WIDTH = 320
AI_TERMS = re.compile(
    rb"Iptc4xmpExt:DigitalSourceType.{1,20}http://cv\.iptc\.org/newscodes/digitalsourcetype/"
    rb"(trainedAlgorithmicMedia|compositeWithTrainedAlgorithmicMedia|algorithmicMedia)\b",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at the bytes tells. width and height in pixels, as stored."""

    format: str
    width: int
    height: int
    progressive: bool


@lru_cache(maxsize=2)
def look(content: bytes) -> Seen | None:
    """The picture in these bytes, decoded to its end; None when there is none. The last ones are remembered."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as image:
            progressive = bool(image.info.get("progressive"))
            seen = Seen(image.format or "", image.width, image.height, progressive)
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return seen


def fetched(world: World, url: str, platform: str, *, any_shape: bool = False) -> bytes:
    """The picture at a public address, if this platform takes it; a story in any shape.

    Raises GraphError 9004, 36000, 36001, 36003.
    """
    try:
        found = world.fetch(url)
    except Unfetchable as error:
        raise errors.unfetched(url) from error
    if len(found.content) > INSTAGRAM_BYTES:
        raise errors.too_large()
    seen = look(found.content) if found.content_type.startswith("image/") else None
    if seen is None or seen.progressive or seen.width < LEAST_WIDTH:
        raise errors.unfetched(url)
    if seen.format not in FORMATS[platform]:
        raise errors.wrong_format(seen.format)
    lowest, highest = RATIOS[platform]
    ratio = seen.width / seen.height
    if not any_shape and not lowest - SLACK <= ratio <= highest + SLACK:
        raise errors.wrong_ratio(ratio)
    return found.content


def says_ai(content: bytes) -> bool:
    """Whether the file's own XMP says that AI made it: Facebook shows "AI info" then, and has no parameter for it."""
    return AI_TERMS.search(content) is not None


def uploaded(content: bytes) -> Seen:
    """A photo for a Page. Raises GraphError 324."""
    if len(content) > FACEBOOK_BYTES:
        raise errors.image_too_big()
    seen = look(content)
    if seen is None or seen.format not in FACEBOOK_FORMATS:
        raise errors.bad_image()
    return seen
