"""What a file is, by its first bytes and never by its name.

Signatures are from the formats' own specifications; the brands of HEIF and AVIF from ISO/IEC 23008-12 annex B
and the AV1 Image File Format section 9.
"""

from __future__ import annotations

from dataclasses import dataclass

HEAD = 4096

MIMES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "MPO": "image/jpeg",
}

READABLE = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
)
RAW = "file.raw"
OTHER_PICTURES = (
    (b"\xff\x0a", "file.jpeg_xl"),
    (b"\x00\x00\x00\x0cJXL ", "file.jpeg_xl"),
    (b"\x00\x00\x00\x0cjP  ", "file.jpeg_2000"),
    (b"\xff\x4f\xff\x51", "file.jpeg_2000"),
    (b"8BPS", "file.photoshop"),
    (b"gimp xcf", "file.gimp"),
    (b"\x00\x00\x01\x00", "file.icon"),
    (b"II*\x00\x10\x00\x00\x00CR", RAW),
    (b"II+\x00", "file.bigtiff"),
    (b"MM\x00+", "file.bigtiff"),
    (b"FUJIFILMCCD-RAW", RAW),
    (b"IIU\x00", RAW),
    (b"IIRO", RAW),
    (b"IIRS", RAW),
    (b"II\x1a\x00\x00\x00HEAPCCDR", RAW),
)
NO_PICTURES = (
    (b"%PDF", "file.pdf"),
    (b"%!PS", "file.postscript"),
    (b"PK\x03\x04", "file.zip_or_office"),
    (b"PK\x05\x06", "file.zip"),
    (b"Rar!", "file.archive"),
    (b"7z\xbc\xaf", "file.archive"),
    (b"\x1f\x8b", "file.archive"),
    (b"\xd0\xcf\x11\xe0", "file.office"),
    (b"\x1aE\xdf\xa3", "file.video"),
    (b"FLV\x01", "file.video"),
    (b"\x00\x00\x01\xba", "file.video"),
    (b"\x00\x00\x01\xb3", "file.video"),
    (b"OggS", "file.sound_or_video"),
    (b"ID3", "file.sound"),
    (b"fLaC", "file.sound"),
    (b"#!AMR", "file.sound"),
    (b"MZ", "file.program"),
    (b"\x7fELF", "file.program"),
)
RIFF = {b"AVI ": "file.video", b"WAVE": "file.sound"}
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
AVIF_BRANDS = {b"avif", b"avis"}
NEUTRAL_BRANDS = {b"mif1", b"msf1", b"mif2"}
QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip"}
# Microsoft writes FF FE before 16-bit text; a control character in 8-bit text means that it is none.
CONTROL = frozenset(range(32)) - {9, 10, 12, 13, 27}


@dataclass(frozen=True, slots=True)
class Kind:
    """`format` is Pillow's word for a picture that we read, else empty; `looks` is the term for what people call it."""

    format: str = ""
    looks: str = ""
    is_picture: bool = True


UNKNOWN = Kind(looks="file.unknown", is_picture=False)


def sniff(head: bytes) -> Kind:
    """What the file that begins with `head` (the first 4096 bytes or all there is) seems to be."""
    if head[:4] == b"RIFF":
        return _riff(head)
    if head[4:8] == b"ftyp":
        return _boxed(head)
    if head[4:8] in QUICKTIME:
        return Kind(looks="file.video", is_picture=False)
    return _listed(head) or _readable(head) or _text(head) or UNKNOWN


def _riff(head: bytes) -> Kind:
    if head[8:12] == b"WEBP":
        return Kind(format="WEBP")
    return Kind(looks=RIFF.get(head[8:12], "file.sound_or_video"), is_picture=False)


def _boxed(head: bytes) -> Kind:
    """HEIF, AVIF and video share one container; its first box lists the brands."""
    size = int.from_bytes(head[:4], "big")
    brands = {head[at : at + 4] for at in (8, *range(16, min(size, len(head)), 4))}
    main = head[8:12]
    if main in AVIF_BRANDS or (main in NEUTRAL_BRANDS and brands & AVIF_BRANDS):
        return Kind(format="AVIF")
    if main in HEIF_BRANDS | NEUTRAL_BRANDS:
        return Kind(format="HEIF")
    if main == b"crx ":
        return Kind(looks=RAW)
    return Kind(looks="file.sound_or_video", is_picture=False)


def _readable(head: bytes) -> Kind | None:
    for signature, name in READABLE:
        if head.startswith(signature):
            return Kind(format=name)
    # Two letters are little proof; the size of the second header is a small number.
    return Kind(format="BMP") if head[:2] == b"BM" and head[15:18] == b"\0\0\0" else None


def _listed(head: bytes) -> Kind | None:
    for signature, looks in OTHER_PICTURES:
        if head.startswith(signature):
            return Kind(looks=looks)
    for signature, looks in NO_PICTURES:
        if head.startswith(signature):
            return Kind(looks=looks, is_picture=False)
    return None


def _text(head: bytes) -> Kind | None:
    """Text is everything without control characters; what it begins with says which."""
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and CONTROL.intersection(head):
        return None
    lower = head.lower()
    if b"<svg" in lower:
        return Kind(looks="file.svg")
    if b"<html" in lower or b"<!doctype html" in lower:
        return Kind(looks="file.web_page", is_picture=False)
    return Kind(looks="file.text", is_picture=False)
