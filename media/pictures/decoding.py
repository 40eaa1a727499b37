"""Open and decode a picture within limits. Whatever a decoder does with a bad file becomes a reason."""

from __future__ import annotations

import mmap
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from PIL import AvifImagePlugin, Image, UnidentifiedImageError

from media import reasons
from media.pictures import facts, wholeness
from media.pictures.file_types import HEAD, RAW, Kind, sniff
from media.pictures.values import MIN_SIDE, BadPicture, Fault, called
from poster.reasons import Term

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
        raise BadPicture(reasons.ColoursMissing(name=called(name)), fault=Fault.DAMAGED)


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
        raise BadPicture(reasons.Empty(name=called(name)))
    kind = sniff(head)
    if kind.format:
        return kind
    if not any(head):
        raise BadPicture(reasons.BeginsWithNothing(name=called(name)), fault=Fault.DAMAGED)
    if kind.is_picture:
        raise _unsupported(name, kind.looks)
    raise BadPicture(reasons.NoPicture(name=called(name), looks=Term(kind.looks)))


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
        raise BadPicture(reasons.PartMissing(name=called(name)), fault=Fault.DAMAGED) from error


def _check_worth(image: Image.Image, name: str) -> None:
    if min(image.size) < MIN_SIDE:
        raise BadPicture(reasons.TooSmall(name=called(name), width=image.width, height=image.height, least=MIN_SIDE))
    tags = getattr(image, "tag_v2", {})
    # What Pillow would read from a camera's raw file is the small preview inside it.
    if DNG_VERSION in tags or tags.get(SUBFILE_TYPE) == PREVIEW:
        raise _unsupported(name, RAW)


def _unsupported(name: str, looks: str) -> BadPicture:
    return BadPicture(reasons.Unsupported(name=called(name), looks=Term(looks)))


def _too_large(name: str, pixels: int, max_pixels: int) -> BadPicture:
    most = round(max_pixels / 1e6)
    reason = reasons.TooLarge(name=called(name), megapixels=max(round(pixels / 1e6), most), most=most)
    return BadPicture(reason, fault=Fault.TOO_LARGE)


def _damage(name: str, kind: str, error: Exception) -> BadPicture:
    sort = {"HEIF": "HEIC"}.get(kind, kind)
    if ENDS_EARLY.search(str(error)):
        return BadPicture(reasons.EndsTooEarly(name=called(name)), fault=Fault.DAMAGED)
    if BLOATED.search(str(error)):  # all of it is there: nothing more is on its way
        return BadPicture(reasons.Bloated(name=called(name)))
    if UNSUPPORTED.search(str(error)):
        return BadPicture(reasons.RareKind(name=called(name), sort=sort))
    if isinstance(error, UnidentifiedImageError):  # it swallows what the decoder said
        return BadPicture(reasons.DamagedOrRare(name=called(name), sort=sort))
    return BadPicture(reasons.NotSound(name=called(name), sort=sort), fault=Fault.DAMAGED)


def _first_number(error: Exception | Warning) -> int:
    found = re.search(r"\d+", str(error))
    return int(found.group()) if found else 0
