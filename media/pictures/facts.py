"""What EXIF tells about a picture. A damaged EXIF is no damage to the picture: it then tells nothing."""

from __future__ import annotations

import datetime as dt
import math
import struct
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from PIL import ExifTags, Image

from poster import clock

# Everything that Pillow was seen to raise while parsing EXIF written by cameras, editors and fuzzers.
NONSENSE = (
    ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError, TypeError,
    ValueError, struct.error,
)  # fmt: skip
# Digital cameras are not older; an earlier year is a clock that was never set, or a scan's guess.
FIRST_YEAR = 1990
XMP = ("xmp", "XML:com.adobe.xmp")

T = TypeVar("T")


def orientation(image: Image.Image) -> int:
    """Which way is up: EXIF's orientation, 1 to 8. HEIF and AVIF carry it elsewhere; their readers see to that.

    XMP's counts in PNG alone, where EXIF has none: few programs write EXIF there, and what shows PNG on a Mac turns by
    XMP. Elsewhere browsers and phones do not look at it, and Pillow would.
    """
    read = image.getexif if image.format in {"PNG", "TIFF"} else lambda: _written(image)
    found = _tell(lambda: int(read().get(ExifTags.Base.Orientation, 1)))
    return found if found is not None and 1 <= found <= 8 else 1


def _written(image: Image.Image) -> Image.Exif:
    """EXIF as the file has it."""
    exif = Image.Exif()
    exif.load(image.info.get("exif", b""))
    return exif


def read_ahead(image: Image.Image) -> None:
    """Before it is decoded: a TIFF is closed then, and this directory would not be found any more."""
    _tell(lambda: image.getexif().get_ifd(ExifTags.IFD.Interop))


def taken_on(image: Image.Image) -> dt.date | None:
    """The day on which the shutter was pressed, if the camera knew."""
    words = _tell(lambda: str(image.getexif().get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]))
    if words is None:
        return None
    day = _tell(lambda: dt.date.fromisoformat(words.strip("\0 ")[:10].replace(":", "-")))
    # A day ahead is the same moment in another time zone.
    latest = clock.now().date() + dt.timedelta(days=1)
    return day if day and day.year >= FIRST_YEAR and day <= latest else None


def place(image: Image.Image) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, to about a metre."""
    return _tell(lambda: _place(image.getexif().get_ifd(ExifTags.IFD.GPSInfo)))


def _place(gps: dict[int, Any]) -> tuple[float, float] | None:
    if not gps:
        return None
    latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], negative=gps.get(ExifTags.GPS.GPSLatitudeRef) == "S")
    longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], negative=gps.get(ExifTags.GPS.GPSLongitudeRef) == "W")
    # 0, 0 is what receivers write before they know; comparisons with NaN are false.
    known = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)
    return (latitude, longitude) if known else None


def _degrees(parts: Iterable[Any], *, negative: bool) -> float:
    degrees, minutes, seconds = map(float, parts)
    value = round(degrees + minutes / 60 + seconds / 3600, 5)
    return math.copysign(value, -1) if negative else value


def _tell(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except NONSENSE:
        return None
