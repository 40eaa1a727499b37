"""Is a file whole? Its container is compared with its bytes before anything is decoded.

Decoders conceal: libde265 and dav1d fill what is missing with the last they had, libjpeg with grey, libwebp with
nothing. So a picture that was cut, or zero-filled by a copy that did not finish, would pass as sound. What each
format has for it is asked here: lengths, checksums, end marks; and that coded data, which are as good as random, hold
no long run of one byte.

    check(path, kind)     raises NotWhole; returns a Doubt where black may be a colour or a hole

    jpeg.py     markers, tables, scans, and whether each scan ends where its data ends
    heif.py     HEIC and AVIF: every extent, and the units in it
    png.py      checksums up to IEND
    webp.py     RIFF and the partitions of a frame
    gif.py      blocks up to the trailer
    tiff.py     strips and tiles, by compression
    bmp.py      as many rows as it says
    raw.py      uncompressed rows: black that nobody painted
    exif.py     whether a directory of tags was wiped out
    profiles.py whether a colour profile was
    ends.py     whether coded data is read to its last bytes
    runs.py     long runs of one byte
"""

from __future__ import annotations

import mmap
from importlib import import_module
from pathlib import Path

from media.pictures.wholeness.runs import NotWhole

__all__ = ["NotWhole", "check"]

# Which module looks at which kind. They are loaded when they are needed: a child has one picture.
CHECKS = {
    "JPEG": "jpeg",
    "HEIF": "heif",
    "AVIF": "heif",
    "PNG": "png",
    "WEBP": "webp",
    "GIF": "gif",
    "TIFF": "tiff",
    "BMP": "bmp",
}


def check(path: Path, kind: str) -> str:
    """Raises NotWhole when part of the file is missing; returns a Doubt, or "".

    What is only odd passes: whether it can be read is for its decoder to say.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            return import_module(f"media.pictures.wholeness.{CHECKS[kind]}").check(data) or ""
        except IndexError as error:
            raise NotWhole("it ends where something was to follow") from error
