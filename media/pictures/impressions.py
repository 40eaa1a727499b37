"""What is left of a picture when its bytes are gone: twelve colours to show, and a hash to compare."""

from __future__ import annotations

import io

from PIL import Image

ACROSS, DOWN = 4, 3
SHOWN_AT = 20
# When two pictures are one: bits of the fingerprint, levels of 256 of the impression, and bits that tell anything.
BITS_APART, LEVELS_APART, TELLING = 6, 10, 12


def impression(picture: Image.Image) -> str:
    """Average colours of an RGB picture, 4 across and 3 down, as 72 hex digits."""
    return picture.resize((ACROSS, DOWN), Image.Resampling.BOX).tobytes().hex()


def impression_png(colours: str) -> bytes:
    """A soft 80 x 60 PNG of an impression, which a browser enlarges. Raises ValueError when it is not 72 hex digits."""
    small = Image.frombytes("RGB", (ACROSS, DOWN), bytes.fromhex(colours))
    soft = small.resize((ACROSS * SHOWN_AT, DOWN * SHOWN_AT), Image.Resampling.BICUBIC)
    png = io.BytesIO()
    soft.save(png, "PNG")  # `optimize` would take thirty times as long
    return png.getvalue()


def fingerprint(picture: Image.Image) -> str:
    """64-bit difference hash: is each of 8 x 8 fields darker than its right neighbour? 16 hex digits."""
    grey = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = "".join("01"[grey[at] < grey[at + 1]] for row in range(8) for at in range(row * 9, row * 9 + 8))
    return f"{int(bits, 2):016x}"


def may_resemble(one: int, other: int) -> bool:
    """Whether two fingerprints, read as numbers, are near enough for `resembles`: the cheap half of it."""
    return (one ^ other).bit_count() <= BITS_APART


def resembles(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Is it, for people, the same picture saved again? Each is a fingerprint and an impression.

    Both have to agree: of 124 mixed pictures some pairs differed in five bits of 64 and showed other things, while the
    same picture at JPEG quality 30, at half size or brighter differed in few bits and by less than ten levels.
    Even surfaces have no bits that could tell them apart, so nothing is said about them.
    """
    bits = [int(fingerprint, 16) for fingerprint, _ in (one, other)]
    if not all(TELLING <= value.bit_count() <= 64 - TELLING for value in bits):
        return False
    levels = [bytes.fromhex(impression) for _, impression in (one, other)]
    apart = sum(abs(a - b) for a, b in zip(*levels, strict=True)) / len(levels[0])
    return may_resemble(*bits) and apart <= LEVELS_APART
