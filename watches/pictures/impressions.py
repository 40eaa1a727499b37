"""What is left of a picture when its bytes are gone: twelve colours to show, and a hash to compare."""

from __future__ import annotations

import io

from PIL import Image

ACROSS, DOWN = 4, 3
SHOWN_AT = 40


def impression(picture: Image.Image) -> str:
    """Average colours of an RGB picture, 4 across and 3 down, as 72 hex digits."""
    return picture.resize((ACROSS, DOWN), Image.Resampling.BOX).tobytes().hex()


def impression_png(colours: str) -> bytes:
    """A soft 160 x 120 PNG of an impression. Raises ValueError when it is not 72 hex digits."""
    small = Image.frombytes("RGB", (ACROSS, DOWN), bytes.fromhex(colours))
    soft = small.resize((ACROSS * SHOWN_AT, DOWN * SHOWN_AT), Image.Resampling.BICUBIC)
    png = io.BytesIO()
    soft.save(png, "PNG", optimize=True)
    return png.getvalue()


def fingerprint(picture: Image.Image) -> str:
    """64-bit difference hash: is each of 8 x 8 fields darker than its right neighbour? 16 hex digits."""
    grey = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = "".join("01"[grey[at] < grey[at + 1]] for row in range(8) for at in range(row * 9, row * 9 + 8))
    return f"{int(bits, 2):016x}"


def distance(one: str, other: str) -> int:
    """In how many of 64 bits two fingerprints differ; up to about 6 is the same picture for people."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
