"""What a file tells beside its pixels: its colours, whether AI made it, and what a person should look at.

Colours: PNG's cICP, an ICC profile, the numbers of HEIC and AVIF, EXIF, then what PNG, TIFF and BMP write out. Whatever
says nothing is sRGB.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import ExifTags, Image

from media.pictures import spaces
from media.pictures.chunks import Data, png_chunks
from media.pictures.decoding import DOUBT
from media.pictures.facts import NONSENSE
from media.pictures.marks import mark_of
from media.pictures.spaces import Space
from media.pictures.values import Doubt

ADOBE, UNCALIBRATED = 2, 0xFFFF  # values of EXIF's ColorSpace
# Android writes this for JFIF, which phones show as sRGB; its own ICC profile beside it says sRGB's curve (Galaxy S24).
ANDROID = {(5, transfer, matrix) for transfer in (1, 6) for matrix in (5, 6)}
OPEN = 2  # "unspecified" in H.273
SRGB_GAMMA, NEARLY = 0.45455, 0.0006  # what PNG writes for sRGB's curve; and how far from it still means that
SAME = 0.002  # of a chromaticity
DEEP_PNG = 16  # bits, in the header of every PNG
LEAST_GAMMA, MOST_GAMMA = 0.1, 10.0
TIFF_WHITE, TIFF_PRIMARIES = 318, 319
BMP_CALIBRATED, BMP_EMBEDDED = bytes(4), b"DEBM"


@dataclass(frozen=True, slots=True)
class Told:
    """`mark`: an AiMark or "". `profile`: ICC, None for sRGB. `doubt`: a Doubt or ""."""

    mark: str
    profile: bytes | None
    doubt: str


def told(image: Image.Image, path: Path) -> Told:
    """What the file at `path`, decoded as `image`, tells."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        profile = _embedded(image, data)
        space = None if profile else _space(image, data)
        doubt = _doubt(image, data, space, profile or b"") or image.info[DOUBT]
        mark = mark_of(image, data)
    return Told(mark, spaces.profile(space) if space else profile, doubt)


def _doubt(image: Image.Image, data: Data, space: Space | None, profile: bytes) -> str:
    if space.is_hdr if space else _is_hdr(profile):
        return Doubt.HDR
    return Doubt.COARSE if space and space.is_coarse and _is_deep(image, data) else ""


def _is_deep(image: Image.Image, data: Data) -> bool:
    """Are there more than eight bits to a channel, of which the decoder gives us eight?"""
    if image.format == "PNG":
        return data[24] == DEEP_PNG
    return bool(image.info.get("bit_depth", 8) > 8) if image.format == "HEIF" else image.format == "AVIF"


def _embedded(image: Image.Image, data: Data) -> bytes | None:
    if image.format == "PNG" and _chunks(data).get(b"cICP"):
        return None  # it goes before a profile (PNG, third edition, 4.3)
    if image.format == "BMP":
        return _bmp_profile(data)
    profile = image.info.get("icc_profile")
    return profile if isinstance(profile, bytes) and profile else None


def _is_hdr(profile: bytes) -> bool:
    """Whether a profile says by its tag `cicp` (ICC.1:2022, 9.2.17) that it is one of HDR."""
    count = int.from_bytes(profile[128:132])
    for at in range(132, 132 + 12 * min(count, 100), 12):
        if profile[at : at + 4] == b"cicp":
            start = int.from_bytes(profile[at + 4 : at + 8])
            return profile[start + 9 : start + 10] in {bytes([spaces.PQ]), bytes([spaces.HLG])}
    return False


def _space(image: Image.Image, data: Data) -> Space | None:
    if image.format == "PNG":
        return _png_space(_chunks(data)) or _exif_space(image)
    if image.format in {"HEIF", "AVIF"}:
        return _coded_space(data) or _exif_space(image)
    if image.format == "BMP":
        return _bmp_space(data)
    return _exif_space(image) or _tiff_space(image)


def _coded_space(data: Data) -> Space | None:
    """The box `colr` of type nclx (ISO/IEC 14496-12, 12.1.5)."""
    from media.pictures.boxes import BadBoxes, catalogue  # for these kinds alone

    try:
        found = catalogue(data)
    except BadBoxes:
        return None
    for box in found.said_of(found.primary, b"colr"):
        if data[box.start : box.start + 4] == b"nclx" and box.end - box.start >= 11:
            primaries, transfer, matrix = struct.unpack(">HHH", data[box.start + 4 : box.start + 10])
            return None if (primaries, transfer, matrix) in ANDROID else spaces.named(primaries, transfer)
    return None


def _exif_space(image: Image.Image) -> Space | None:
    """DCF 2.0, 3.3: Adobe RGB is "uncalibrated" with R03 for interoperability; some write 2 instead."""
    try:
        exif = image.getexif()
        space = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ColorSpace, UNCALIBRATED)
        index = str(exif.get_ifd(ExifTags.IFD.Interop).get(ExifTags.Interop.InteropIndex, "")).strip("\0 ")
    except NONSENSE:
        return None
    is_adobe = space == ADOBE or (space == UNCALIBRATED and index == "R03")
    return Space(spaces.ADOBE_RGB, (partial(spaces.power, spaces.ADOBE_GAMMA),)) if is_adobe else None


def _chunks(data: Data) -> dict[bytes, bytes]:
    """What comes before the pixels, as far as it is about colours."""
    found: dict[bytes, bytes] = {}
    for chunk in png_chunks(data):
        if chunk.kind == b"IDAT":
            break
        if chunk.kind in {b"cICP", b"sRGB", b"gAMA", b"cHRM"}:
            found.setdefault(chunk.kind, data[chunk.start : chunk.end])
    return found


def _png_space(chunks: dict[bytes, bytes]) -> Space | None:
    """PNG, third edition, 11.3.2: the first of these that is there counts."""
    if len(coded := chunks.get(b"cICP", b"")) == 4:
        return spaces.named(coded[0], coded[1], full=coded[3] != 0)
    if b"sRGB" in chunks:
        return None
    gamma = int.from_bytes(chunks.get(b"gAMA", b"")[:4]) / 100_000
    numbers = chunks.get(b"cHRM", b"")
    white_first = struct.unpack(">8I", numbers) if len(numbers) == 32 else ()
    return _written(gamma or SRGB_GAMMA, [number / 100_000 for number in white_first])


def _tiff_space(image: Image.Image) -> Space | None:
    """TIFF 6.0, section 20."""
    tags = getattr(image, "tag_v2", {})
    try:
        numbers = [*map(float, tags.get(TIFF_WHITE, ())), *map(float, tags.get(TIFF_PRIMARIES, ()))]
    except NONSENSE:
        return None
    return _written(SRGB_GAMMA, numbers if len(numbers) == 8 else [])


def _written(gamma: float, white_first: Sequence[float]) -> Space | None:
    """`gamma`: as PNG writes it, the exponent of storing. The numbers of white come before those of the primaries."""
    primaries = spaces.BT709
    if len(white_first) == 8 and _are_colours(white_first):
        red_x, red_y, green_x, green_y, blue_x, blue_y = white_first[2:]
        primaries = (red_x, red_y, green_x, green_y, blue_x, blue_y, white_first[0], white_first[1])
    is_usual = abs(gamma - SRGB_GAMMA) < NEARLY or not LEAST_GAMMA <= gamma <= MOST_GAMMA
    if all(abs(one - other) < SAME for one, other in zip(primaries, spaces.BT709, strict=True)):
        primaries = spaces.BT709
        if is_usual:
            return None
    return Space(primaries, (spaces.srgb if is_usual else partial(spaces.power, 1 / gamma),))


def _are_colours(numbers: Sequence[float]) -> bool:
    """Inside the chart, and a triangle."""
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    _, (red_x, red_y), (green_x, green_y), (blue_x, blue_y) = pairs
    area = (green_x - red_x) * (blue_y - red_y) - (blue_x - red_x) * (green_y - red_y)
    return all(0 <= x <= 1 and 0.001 < y <= 1 for x, y in pairs) and abs(area) > 0.001


def _bmp_profile(data: Data) -> bytes | None:
    """BITMAPV5HEADER with a profile behind the pixels."""
    if len(data) < 138 or int.from_bytes(data[14:18], "little") < 124 or data[70:74] != BMP_EMBEDDED:
        return None
    start, size = struct.unpack("<II", data[126:134])
    return data[14 + start : 14 + start + size] or None


def _bmp_space(data: Data) -> Space | None:
    """BITMAPV4HEADER: the primaries as XYZ in 2.30 fixed point, a gamma for each in 16.16."""
    if len(data) < 122 or int.from_bytes(data[14:18], "little") < 108 or data[70:74] != BMP_CALIBRATED:
        return None
    points = [number / 2**30 for number in struct.unpack("<9i", data[74:110])]
    gammas = [number / 2**16 for number in struct.unpack("<3I", data[110:122])]
    rows = [points[at : at + 3] for at in (0, 3, 6)]
    if any(sum(row) <= 0 for row in rows) or not all(LEAST_GAMMA <= gamma <= MOST_GAMMA for gamma in gammas):
        return None
    white = [sum(column) for column in zip(*rows, strict=True)]
    numbers = [part / sum(row) for row in (white, *rows) for part in row[:2]]
    found = _written(SRGB_GAMMA, numbers)
    primaries = found.primaries if found else spaces.BT709
    return Space(primaries, tuple(partial(spaces.power, gamma) for gamma in gammas))
