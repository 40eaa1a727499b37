"""What a file tells of places, cameras and people, taken out of it before it is kept; what is seen stays as it is.

JPEG, PNG and WebP lose their remarks and keep their very pixels. What is left says which way is up, what its colours
are, and whether AI made it. Other kinds, and colours that only a remark tells of, are made to a fine JPEG.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from PIL import ExifTags, Image

from media.pictures import facts
from media.pictures.chunks import ALONE, EOI, PNG_SIGNATURE, RIFF_HEAD, SOS, jpeg_headers, png_chunks, riff_chunks
from media.pictures.decoding import decode, open_picture
from media.pictures.file_types import MIMES
from media.pictures.marks import packet_with
from media.pictures.metadata import told
from media.pictures.rendering import render
from media.pictures.values import Recipe

# ITU-T T.81, table B.1, and who uses which: JFIF, EXIF and XMP, ICC (and MPF, the index of a second picture), Adobe.
APP0, APP1, APP2, APP14, APP15, COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
ICC, EXIF, XMP = b"ICC_PROFILE\0", b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
# PNG, third edition, 11: what pixels are made of and how they are to be seen. No words, no times, nothing private.
PNG_KEPT = frozenset(b"IHDR PLTE IDAT IEND tRNS cICP iCCP sRGB gAMA cHRM sBIT pHYs mDCV cLLI acTL fcTL fdAT".split())
PNG_XMP = b"XML:com.adobe.xmp\0\0\0\0\0"
WEBP_REMARKS = frozenset({b"EXIF", b"XMP "})
HAS_EXIF, HAS_XMP = 0x08, 0x04  # bits of VP8X: WebP's container specification
MOST = 65_500  # pixels of a side: as many as JPEG has room for

Cleaner = Callable[[bytes, bytes, bytes], Iterator[bytes]]


def cleaned(path: Path, out: Path, *, name: str, mark: str, max_pixels: int) -> str:
    """Write the sound picture at `path` to `out` without what it tells; its type then, such as image/jpeg.

    `mark`: an AiMark that stays, or "". Raises BadPicture. Runs in a child process.
    """
    with open_picture(path, name, max_pixels=max_pixels, is_whole=True) as image:
        kind = image.format or ""
        clean = CLEANERS.get(kind)
        turned = facts.orientation(image)
        has_profile = bool(image.info.get("icc_profile"))
        if clean and not has_profile:
            decode(image, name)
            clean = None if told(image, path).profile else clean
    if clean is None:
        [made] = render(path, [(out, Recipe(MOST, MOST))], name=name, max_pixels=max_pixels, is_whole=True)
        return made.mime
    part = out.with_name(f"{out.name}.part")
    upright = _exif(turned) if turned != 1 else b""
    with part.open("wb") as file:
        file.writelines(clean(path.read_bytes(), upright, packet_with(mark) if mark else b""))
    part.replace(out)
    return MIMES[kind]


def _exif(turned: int) -> bytes:
    """That says which way is up, and nothing else."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    return exif.tobytes().removeprefix(EXIF)


def _jpeg(data: bytes, exif: bytes, packet: bytes) -> Iterator[bytes]:
    """The first picture alone: phones put others behind it, with remarks of their own."""
    yield data[:2]
    if exif:
        yield _segment(APP1, EXIF + exif)
    if packet:
        yield _segment(APP1, XMP + packet)
    for chunk in jpeg_headers(data):
        marker, body = chunk.kind[0], data[chunk.start : chunk.end]
        if _stays(marker, body):
            yield _segment(marker, body)
    begin = _first_scan(data)
    yield data[begin : _end_of_picture(data, begin)]


def _stays(marker: int, body: bytes) -> bool:
    if marker == APP2:
        return body.startswith(ICC)
    return marker in {APP0, APP14} or not (APP1 <= marker <= APP15 or marker == COMMENT)


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _first_scan(data: bytes) -> int:
    last = 2
    for chunk in jpeg_headers(data):
        last = chunk.end
    return data.index(bytes([0xFF, SOS]), last)


def _end_of_picture(data: bytes, at: int) -> int:
    """Behind its EOI, or the end of the file where there is none. Scans hold no FF but 00 or a restart follows it."""
    while 0 <= at < len(data) - 1:
        marker = data[at + 1]
        if marker == EOI:
            return at + 2
        if marker in {0, 0xFF} or marker in ALONE:
            at = data.find(b"\xff", at + (1 if marker == 0xFF else 2))
        else:
            at = data.find(b"\xff", at + 2 + int.from_bytes(data[at + 2 : at + 4]))
    return len(data)


def _png(data: bytes, exif: bytes, packet: bytes) -> Iterator[bytes]:
    yield data[:PNG_SIGNATURE]
    said = [(b"eXIf", exif), (b"iTXt", PNG_XMP + packet if packet else b"")]
    for chunk in png_chunks(data):
        if chunk.kind not in PNG_KEPT:
            continue
        if chunk.kind == b"IDAT":
            yield from (_chunk(kind, body) for kind, body in said if body)
            said = []
        yield data[chunk.start - 8 : chunk.end + 4]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _webp(data: bytes, exif: bytes, packet: bytes) -> Iterator[bytes]:
    """Only the extended form has remarks."""
    pieces = list(_webp_pieces(data, exif, packet))
    yield b"RIFF" + struct.pack("<I", 4 + sum(map(len, pieces))) + b"WEBP"
    yield from pieces


def _webp_pieces(data: bytes, exif: bytes, packet: bytes) -> Iterable[bytes]:
    for chunk in riff_chunks(data, RIFF_HEAD, len(data)):
        body = data[chunk.start : chunk.end]
        if chunk.kind in WEBP_REMARKS:
            continue
        if chunk.kind == b"VP8X":
            flags = body[0] & ~(HAS_EXIF | HAS_XMP) | (HAS_EXIF if exif else 0) | (HAS_XMP if packet else 0)
            body = bytes([flags]) + body[1:]
        yield _riff(chunk.kind, body)
    yield from (_riff(kind, body) for kind, body in ((b"EXIF", exif), (b"XMP ", packet)) if body)


def _riff(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


CLEANERS: dict[str, Cleaner] = {"JPEG": _jpeg, "MPO": _jpeg, "PNG": _png, "WEBP": _webp}
