"""Pictures made for tests, good ones and bad ones. Each function writes one file and returns its path."""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageChops, PngImagePlugin

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 160, 60), (40, 60, 200), (240, 210, 40)
CORNERS = (RED, GREEN, BLUE, YELLOW)  # top left, top right, bottom left, bottom right
# How an upright picture is stored so that this EXIF orientation brings it upright again.
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def four_corners(width: int = 160, height: int = 120, *, look: int = 0) -> Image.Image:
    """A picture of four quarters whose colours tell which corner is which.

    Each `look` but 0 has soft light and shade of its own: for whoever looks, no two are the same picture.
    """
    picture = Image.new("RGB", (width, height))
    for at, colour in enumerate(CORNERS):
        left, top = (at % 2) * width // 2, (at // 2) * height // 2
        picture.paste(colour, (left, top, left + width // 2, top + height // 2))
    return _shaded(picture, look) if look else picture


def _shaded(picture: Image.Image, look: int) -> Image.Image:
    shades = Image.frombytes("L", (9, 8), bytes(random.Random(look).choices((0, 24), k=72)))
    return ImageChops.subtract(picture, shades.resize(picture.size, Image.Resampling.NEAREST).convert("RGB"))


def saved(path: Path, picture: Image.Image, **options: Any) -> Path:
    """`picture` in the format of the file's suffix, or of `format=`."""
    picture.save(path, **options)
    return path


def photo(path: Path, width: int = 160, height: int = 120, **options: Any) -> Path:
    """An ordinary picture: four quarters."""
    return saved(path, four_corners(width, height), **options)


def turned(path: Path, orientation: int, **options: Any) -> Path:
    """Four quarters, stored turned, with the EXIF orientation that says so."""
    picture = four_corners()
    if orientation in STORED:
        picture = picture.transpose(STORED[orientation])
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return saved(path, picture, exif=exif, **options)


def turned_by_xmp(path: Path, orientation: int, *, stored: int, exif: int | None = None) -> Path:
    """Four quarters, turned as `stored` needs it; XMP says `orientation`, and EXIF nothing or `exif`."""
    words = f'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="{orientation}"/>'
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{rdf}">{words}</rdf:RDF></x:xmpmeta>'
    told = Image.Exif()
    told[ExifTags.Base.Make] = "Camera"
    if exif:
        told[ExifTags.Base.Orientation] = exif
    options: dict[str, Any] = {"xmp": packet.encode()}
    if path.suffix == ".png":
        options = {"pnginfo": PngImagePlugin.PngInfo()}
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", packet)
    return saved(
        path, four_corners().transpose(STORED[stored]) if stored in STORED else four_corners(), exif=told, **options
    )


def exif_of(*, taken: str = "2024:07:03 18:20:11", place: tuple[str, str] = ("N", "E")) -> Image.Exif:
    """What a phone writes: its name, when, and 48° 12' 30", 16° 22' 12"."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Phone"
    exif[ExifTags.Base.Artist] = "Erika Mustermann"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = place
    gps[ExifTags.GPS.GPSLatitude] = (48.0, 12.0, 30.0)
    gps[ExifTags.GPS.GPSLongitude] = (16.0, 22.0, 12.0)
    return exif


def animation(path: Path) -> Path:
    """Three frames: red, green, blue."""
    frames = [Image.new("RGB", (64, 48), colour) for colour in (RED, GREEN, BLUE)]
    return saved(path, frames[0], save_all=True, append_images=frames[1:], duration=100)


def half_clear(path: Path) -> Path:
    """Left half opaque blue, right half fully transparent (and black beneath)."""
    picture = Image.new("RGBA", (80, 60), (0, 0, 0, 0))
    picture.paste((*BLUE, 255), (0, 0, 40, 60))
    return saved(path, picture)


def clear_palette(path: Path) -> Path:
    """The same with a palette and one transparent entry."""
    picture = Image.new("P", (80, 60), 1)
    picture.putpalette([*BLUE, 0, 0, 0])
    picture.paste(0, (0, 0, 40, 60))
    return saved(path, picture, transparency=1)


def grey16(path: Path) -> Path:
    """16-bit grey, mid-grey on the left and white on the right; clipped to 8 bits both would be white."""
    picture = Image.new("I;16", (80, 60), 0x8080)
    picture.paste(0xFFFF, (40, 0, 80, 60))
    return saved(path, picture)


def display_p3() -> bytes:
    """A small matrix profile with the primaries of Display P3 and a gamma of 2.2 (ICC.1:2001-04)."""

    def xyz(*numbers: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(number * 65536) for number in numbers))

    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Wide\0" + bytes(79)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2)
    tags = {
        b"desc": text,
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.51512, 0.24120, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.15710, 0.06657, 0.78407),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, data, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(data), len(value))
        data += value
    size = struct.pack(">I", start + len(data))
    version, when = struct.pack(">I", 0x02100000), struct.pack(">6H", 2024, 1, 1, 0, 0, 0)
    head = size + b"test" + version + b"mntrRGB XYZ " + when + b"acsp" + bytes(28)
    head += struct.pack(">3i", 63190, 65536, 54061) + bytes(48)
    return head + struct.pack(">I", len(tags)) + table + data


def cut(path: Path, share: float = 0.5) -> Path:
    """The file at `path` without its end."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def raw(path: Path, data: bytes) -> Path:
    """Exactly these bytes."""
    path.write_bytes(data)
    return path


def chunk(name: bytes, data: bytes) -> bytes:
    """One of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bloated_png(path: Path, kind: str) -> Path:
    """A whole and small picture, and a chunk of this kind that unpacks to 100 MB of nothing."""
    saved(path, Image.new("RGB", (300, 200)))
    before = {"zTXt": b"x\0\0", "iCCP": b"x\0\0", "iTXt": b"XML:com.adobe.xmp\0\1\0\0\0"}[kind]
    content, end = path.read_bytes(), 8 + 25  # the signature, and IHDR
    added = chunk(kind.encode(), before + zlib.compress(bytes(100 * 2**20)))
    return raw(path, content[:end] + added + content[end:])


def png_bomb(path: Path, width: int, height: int) -> Path:
    """A few bytes that claim to be a picture of this size."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return raw(path, b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b""))


def gif_bomb(path: Path) -> Path:
    """44 bytes that claim 65535 x 65535 pixels."""
    screen = b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80\0\0" + bytes(6)
    frame = b"," + struct.pack("<HHHH", 0, 0, 65535, 65535) + b"\0\x02\x02\x44\x01\0;"
    return raw(path, screen + frame)


def bmp_bomb(path: Path) -> Path:
    """Only the headers of 30000 x 30000 pixels."""
    header = struct.pack("<IiiHHIIiiII", 40, 30000, 30000, 1, 24, 0, 0, 0, 0, 0, 0)
    return raw(path, b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + header)


def webp_bomb(path: Path) -> Path:
    """An extended WebP header that claims 16384 x 16384 pixels; its decoder takes memory while opening."""
    extended = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + 2 * (16383).to_bytes(3, "little")
    return raw(path, b"RIFF" + struct.pack("<I", 4 + len(extended)) + b"WEBP" + extended)


def avif_bomb(path: Path) -> Path:
    """A real AVIF whose header was changed to claim 20000 x 20000 pixels."""
    data = photo(path).read_bytes()
    size = struct.pack(">II", 160, 120)
    assert data.count(b"ispe\0\0\0\0" + size) >= 1
    return raw(path, data.replace(b"ispe\0\0\0\0" + size, b"ispe\0\0\0\0" + struct.pack(">II", 20000, 20000)))


def heic_bomb(path: Path) -> Path:
    """A HEIC header, as far as the box that claims 20000 x 20000 pixels."""
    brands = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic"
    return raw(path, brands + struct.pack(">I", 20) + b"ispe\0\0\0\0" + struct.pack(">II", 20000, 20000))


def camera_raw(path: Path) -> Path:
    """Like a DNG: a TIFF whose first picture is only a preview."""
    return saved(path, four_corners(), format="TIFF", tiffinfo={254: 1, 50706: b"\x01\x04\x00\x00"})
