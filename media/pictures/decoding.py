"""Open and decode a picture within limits. Whatever a decoder does with a bad file becomes a sentence."""

from __future__ import annotations

import mmap
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from PIL import AvifImagePlugin, Image, UnidentifiedImageError

from media.pictures import facts, wholeness
from media.pictures.file_types import HEAD, Kind, sniff
from media.pictures.values import MIN_SIDE, BadPicture, Fault, called

AGAIN = "Save it again and drop it in once more."
ELSEWISE = "Save it as JPEG or PNG and drop that in."
SMALLER = "Save a smaller copy and drop that in."

# What decoders say, in their own words, and what it means; the first match counts.
ENDS_EARLY = re.compile(r"truncat|end of file|too short|not enough data|premature|incomplete", re.IGNORECASE)
UNSUPPORTED = re.compile(r"not implemented|unsupported|not supported|unknown compression", re.IGNORECASE)
# Pillow, of what is packed into a PNG beside its picture: words, a colour profile.
BLOATED = re.compile(r"decompressed data too large|too much memory used in text", re.IGNORECASE)

DNG_VERSION, SUBFILE_TYPE, PREVIEW = 50706, 254, 1
# ISO/IEC 23008-12, 6.5.3: a box of 20 bytes, "ispe", version and flags 0, width, height.
SPATIAL_EXTENT = re.compile(rb"\x00\x00\x00\x14ispe\x00{4}(.{4})(.{4})", re.DOTALL)
THREADS = 2
DOUBT = "doubt"
MOST_BLACK = 4


def open_picture(path: Path, name: str, *, max_pixels: int, is_whole: bool = False) -> Image.Image:
    """The picture at `path`, measured and not yet decoded; close it after use.

    Raises BadPicture for everything that is not a picture of a kind that we read, within `max_pixels`, and
    at least 16 pixels on its shorter side, and for one whose file is not whole: decoders would conceal it.
    What is doubtful about it is in its `info`, under DOUBT. Sets Pillow's own limit for the whole process: call it in a
    child.
    """
    kind = _kind(path, name)
    Image.MAX_IMAGE_PIXELS = max_pixels
    _check_pixels(_claimed(path, kind.format), name, max_pixels)
    try:
        with decoding(name, kind.format):
            image = Image.open(path, formats=_openers(kind.format))
    except BadPicture as bad:
        if bad.fault != Fault.TOO_LARGE:
            _check_whole(path, name, kind.format)  # the better reason, where it is one
        raise
    try:
        _check_pixels(image.width * image.height, name, max_pixels)
        _check_worth(image, name)
        image.info[DOUBT] = "" if is_whole else _check_whole(path, name, kind.format)
    except BadPicture:
        image.close()
        raise
    return image


def decode(image: Image.Image, name: str) -> None:
    """Decode the first frame, all of it: a picture is sound only when its last line has been read."""
    if image.format == "TIFF":
        facts.read_ahead(image)
    with decoding(name, image.format or "picture"):
        image.load()
    if image.format in {"GIF", "BMP"} and image.mode == "P" and _black_colours(image) > MOST_BLACK:
        raise BadPicture(f"{called(name)} is damaged: its colours are missing. {AGAIN}", fault=Fault.DAMAGED)


@contextmanager
def decoding(name: str, kind: str) -> Iterator[None]:
    """Turn whatever a decoder raises into BadPicture: Pillow alone was seen to raise ten unrelated types."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except MemoryError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large(name, _first_number(error), Image.MAX_IMAGE_PIXELS or 0) from error
    except Exception as error:
        raise _damage(name, kind, error) from error


def _black_colours(image: Image.Image) -> int:
    """How many of the colours in use are black. A table of colours has no checksum, and nobody uses so many blacks."""
    used = [index for index, count in enumerate(image.histogram()[:256]) if count]
    palette = image.getpalette() or []
    return sum(not any(palette[3 * index : 3 * index + 3]) for index in used)


def _kind(path: Path, name: str) -> Kind:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise BadPicture(f"{called(name)} is empty: there is nothing in it. {AGAIN}")
    kind = sniff(head)
    if kind.format:
        return kind
    if not any(head):
        raise BadPicture(f"{called(name)} is damaged: it begins with nothing. {AGAIN}", fault=Fault.DAMAGED)
    if kind.is_picture:
        raise _unsupported(name, kind.looks)
    raise BadPicture(
        f"{called(name)} is not a picture: it looks like {kind.looks}. Drop in a JPEG, PNG, WebP or HEIC picture."
    )


def _openers(kind: str) -> tuple[str, ...]:
    if kind == "HEIF":
        _register_heif()
    if kind == "AVIF":
        AvifImagePlugin.DEFAULT_MAX_THREADS = THREADS
    return ("JPEG", "MPO") if kind == "JPEG" else (kind,)


@cache
def _register_heif() -> None:
    import pi_heif  # the one decoder here that takes long to load

    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=THREADS)


def _claimed(path: Path, kind: str) -> int:
    """Pixels that the header claims, for the kinds whose decoders take memory while opening; else 0."""
    if kind not in {"WEBP", "AVIF", "HEIF"}:
        return 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if kind == "WEBP":
            return _webp_pixels(data[:30])
        extents = [(int.from_bytes(w), int.from_bytes(h)) for w, h in SPATIAL_EXTENT.findall(data)]
    return max((width * height for width, height in extents), default=0)


def _webp_pixels(head: bytes) -> int:
    """WebP container specification; the three forms of its first chunk keep the size in three ways."""
    if head[12:16] == b"VP8X":
        return (int.from_bytes(head[24:27], "little") + 1) * (int.from_bytes(head[27:30], "little") + 1)
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    return (int.from_bytes(head[26:28], "little") & 0x3FFF) * (int.from_bytes(head[28:30], "little") & 0x3FFF)


def _check_pixels(pixels: int, name: str, max_pixels: int) -> None:
    if pixels > max_pixels:
        raise _too_large(name, pixels, max_pixels)


def _check_whole(path: Path, name: str, kind: str) -> str:
    try:
        return wholeness.check(path, kind)
    except wholeness.NotWhole as error:
        raise BadPicture(f"{called(name)} is damaged: part of it is missing. {AGAIN}", fault=Fault.DAMAGED) from error


def _check_worth(image: Image.Image, name: str) -> None:
    if min(image.size) < MIN_SIDE:
        raise BadPicture(
            f"{called(name)} is too small to publish: it has {image.width} x {image.height} pixels, and each "
            f"side needs at least {MIN_SIDE}. Drop in a larger copy."
        )
    tags = getattr(image, "tag_v2", {})
    # What Pillow would read from a camera's raw file is the small preview inside it.
    if DNG_VERSION in tags or tags.get(SUBFILE_TYPE) == PREVIEW:
        raise _unsupported(name, "a camera's raw file")


def _unsupported(name: str, looks: str) -> BadPicture:
    return BadPicture(f"{called(name)} is {looks}, and we cannot read that. {ELSEWISE}")


def _too_large(name: str, pixels: int, max_pixels: int) -> BadPicture:
    return BadPicture(
        f"{called(name)} is too large: it has {pixels / 1e6:,.0f} megapixels, and "
        f"{max_pixels / 1e6:,.0f} are the most we take. {SMALLER}",
        fault=Fault.TOO_LARGE,
    )


def _damage(name: str, kind: str, error: Exception) -> BadPicture:
    sort = {"HEIF": "HEIC"}.get(kind, kind)
    if ENDS_EARLY.search(str(error)):
        return BadPicture(f"{called(name)} is damaged: it ends too early. {AGAIN}", fault=Fault.DAMAGED)
    if BLOATED.search(str(error)):  # all of it is there: nothing more is on its way
        return BadPicture(
            f"{called(name)} has too much in it beside the picture: words or a colour profile that take more room "
            f"than we give them. {ELSEWISE}"
        )
    if UNSUPPORTED.search(str(error)):
        return BadPicture(f"{called(name)} is a rare kind of {sort} picture, and we cannot read that. {ELSEWISE}")
    if isinstance(error, UnidentifiedImageError):  # it swallows what the decoder said
        sentence = f"is damaged, or a rare kind of {sort} picture that we cannot read. {ELSEWISE}"
        return BadPicture(f"{called(name)} {sentence}")
    sentence = f"is damaged: what is in it is not a sound {sort} picture. {AGAIN}"
    return BadPicture(f"{called(name)} {sentence}", fault=Fault.DAMAGED)


def _first_number(error: Exception | Warning) -> int:
    found = re.search(r"\d+", str(error))
    return int(found.group()) if found else 0
