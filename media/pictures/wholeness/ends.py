"""Is coded data read to its last bytes? Behind a hole a picture is finished earlier, and the rest is never looked at.

For coders that may write zeros by themselves, where a surface is even: there, zeros alone prove nothing.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

from PIL import Image

from media.pictures.wholeness.runs import NotWhole

LAST = 8  # bytes whose change is always seen; coders fill up with two at most
STRIP = 256


def check(file: bytes, kind: str, ends: Sequence[int]) -> None:
    """`ends`: places in the file behind which the coded data end. Raises NotWhole where they are not read to there."""
    seen = _seen(file, kind)
    for end in ends:
        changed = bytes(byte ^ 0xFF for byte in file[end - LAST : end])
        if seen == _seen(file[: end - LAST] + changed + file[end:], kind):
            raise NotWhole(f"what is before {end} is not read")


def _seen(file: bytes, kind: str) -> bytes:
    """A digest of the picture that this makes; nothing when it makes none."""
    digest = hashlib.sha256()
    try:
        with Image.open(io.BytesIO(file), formats=(kind,)) as picture:
            picture.load()
            for top in range(0, picture.height, STRIP):
                digest.update(picture.crop((0, top, picture.width, min(top + STRIP, picture.height))).tobytes())
    except (OSError, ValueError, RuntimeError):  # RuntimeError is how the plugin for AVIF says it
        return b""
    return digest.digest()
