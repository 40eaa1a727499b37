"""Sound files of every kind that we take, from every encoder that is on this machine; and ways to damage them."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pillow_heif
from PIL import Image, ImageChops, ImageDraw, ImageFilter

pillow_heif.register_heif_opener()  # the encoder of HEIC; what is tested reads with another library

WHITE = (255, 255, 255)
SECTORS = (512, 4096)
# Orders of scans as mozjpeg makes them: parts of the bands, few refinements, chroma late.
SCANS = "0 1 2: 0-0, 0, 1;\n0: 1-8, 0, 2;\n0: 9-63, 0, 2;\n0: 1-63, 2, 1;\n1: 1-63, 0, 1;\n2: 1-63, 0, 1;\n"
SCANS += "0 1 2: 0-0, 1, 0;\n0: 1-63, 1, 0;\n1: 1-63, 1, 0;\n2: 1-63, 1, 0;\n"


def photo(seed: int, width: int = 320, height: int = 240) -> Image.Image:
    """Light, shade, texture and noise, as a camera sees them."""
    rng = random.Random(seed)
    layers = []
    for _ in range(3):
        layer = Image.new("L", (width, height), 128)
        for cells, strength in ((3, 90), (12, 60), (48, 40)):
            coarse = Image.frombytes("L", (cells, cells), bytes(rng.choices(range(256), k=cells * cells)))
            fine = coarse.resize((width, height), Image.Resampling.BICUBIC)
            layer = Image.blend(layer, fine, strength / 256)
        grain = Image.frombytes("L", (width, height), rng.randbytes(width * height)).filter(ImageFilter.BoxBlur(1))
        layers.append(ImageChops.add(layer, grain, 1.0, -128))
    return Image.merge("RGB", layers)


def product(seed: int, width: int = 320, height: int = 240) -> Image.Image:
    """Something in the middle of pure white, or of pure black."""
    picture = Image.new("RGB", (width, height), WHITE if seed % 2 else (0, 0, 0))
    picture.paste(photo(seed, width // 3, height // 3), (width // 4, height // 3))
    return picture


def night(seed: int, width: int = 320, height: int = 240) -> Image.Image:
    """Black, and stars."""
    rng, picture = random.Random(seed), Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        left, top, size = rng.randrange(width), rng.randrange(height), rng.randrange(1, 4)
        draw.ellipse((left, top, left + size, top + size), fill=tuple(rng.choices(range(120, 256), k=3)))
    return picture


def page(seed: int, width: int = 320, height: int = 240) -> Image.Image:
    """Words on paper, with lines."""
    rng, picture = random.Random(seed), Image.new("RGB", (width, height), WHITE)
    draw = ImageDraw.Draw(picture)
    for top in range(8, height - 12, 16):
        draw.text((10, top), "".join(rng.choices("etaoin shrdlu", k=44)), fill=(20, 20, 30))
        draw.line((0, top + 13, width, top + 13), fill=(0, 0, 0))
    return picture


def even(seed: int, width: int = 320, height: int = 240) -> Image.Image:
    """One colour."""
    return Image.new("RGB", (width, height), ((0, 0, 0), WHITE, (200, 30, 60))[seed % 3])


CONTENTS = (photo, product, night, page, even)


@dataclass(frozen=True, slots=True)
class Encoder:
    """`make(picture, path)` writes the file."""

    name: str
    suffix: str
    make: Callable[[Image.Image, Path], object]


def _pillow(name: str, suffix: str, mode: str = "RGB", **options: object) -> Encoder:
    def make(picture: Image.Image, path: Path) -> None:
        picture.convert(mode).save(path, **cast(Any, options))

    return Encoder(name, suffix, make)


def _program(name: str, suffix: str, *command: str) -> Encoder | None:
    """`IN` is a PNG (for cjpeg, a PPM), `OUT` the file."""

    def make(picture: Image.Image, path: Path) -> None:
        source = path.with_suffix(".ppm" if command[0] == "cjpeg" else ".source.png")
        picture.save(source)
        path.unlink(missing_ok=True)
        words = [{"IN": str(source), "OUT": str(path)}.get(word, word) for word in command]
        subprocess.run(words, check=True, capture_output=True)
        source.unlink()

    return Encoder(name, suffix, make) if shutil.which(command[0]) else None


def _scans(picture: Image.Image, path: Path) -> None:
    plain, script = path.with_suffix(".plain.jpg"), path.with_suffix(".scans")
    picture.save(plain, quality=88)
    script.write_text(SCANS)
    command = ["jpegtran", "-scans", str(script), "-outfile", str(path), str(plain)]
    subprocess.run(command, check=True, capture_output=True)


def encoders() -> list[Encoder]:
    """All that this machine has."""
    found = [
        _pillow("baseline", "jpg", quality=82),
        _pillow("optimised", "jpg", quality=90, optimize=True),
        _pillow("progressive", "jpg", quality=85, progressive=True),
        _pillow("restarts", "jpg", quality=85, restart_marker_rows=2),
        _pillow("poor", "jpg", quality=25, optimize=True),
        _pillow("444", "jpg", quality=96, subsampling="4:4:4"),
        _pillow("grey jpeg", "jpg", "L", quality=85, optimize=True),
        _pillow("cmyk jpeg", "jpg", "CMYK", quality=85),
        _pillow("heic", "heic", quality=70),
        _pillow("heic poor", "heic", quality=20),
        _pillow("avif", "avif", quality=70, speed=9),
        _pillow("avif 444", "avif", quality=90, speed=9, subsampling="4:4:4"),
        _pillow("webp", "webp", quality=80),
        _pillow("webp poor", "webp", quality=15),
        _pillow("webp lossless", "webp", lossless=True),
        _pillow("webp alpha", "webp", "RGBA", quality=80),
        _pillow("png", "png"),
        _pillow("png stored", "png", compress_level=0),
        _pillow("png palette", "png", "P"),
        _pillow("gif", "gif", "P"),
        _pillow("tiff", "tif"),
        _pillow("tiff lzw", "tif", compression="tiff_lzw"),
        _pillow("tiff deflate", "tif", compression="tiff_adobe_deflate"),
        _pillow("tiff packbits", "tif", compression="packbits"),
        _pillow("tiff jpeg", "tif", compression="jpeg"),
        _pillow("bmp", "bmp"),
        _program("cjpeg", "jpg", "cjpeg", "-quality", "80", "-optimize", "-outfile", "OUT", "IN"),
        Encoder("mozjpeg's scans", "jpg", _scans) if shutil.which("jpegtran") else None,
        _program("cwebp", "webp", "cwebp", "-quiet", "-q", "60", "-segments", "4", "IN", "-o", "OUT"),
        _program("heif-enc", "heic", "heif-enc", "-q", "60", "IN", "-o", "OUT"),
        _program("avifenc", "avif", "avifenc", "-s", "9", "IN", "OUT"),
        _program("optipng", "png", "optipng", "-quiet", "-i", "1", "-out", "OUT", "IN"),
    ]
    return [encoder for encoder in found if encoder]


def damages(data: bytes, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """The file cut, with a tail of zeros, with a hole, with a hole of whole sectors; each at another place."""
    size = len(data)
    at = rng.randrange(16, size)
    yield f"cut at {at}", data[:at]
    at = rng.randrange(16, size)
    yield f"zeros from {at}", data[:at] + bytes(size - at)
    length = min(size - 16, rng.choice((64, 100, 200, 1000, 5000, size // 4)))
    at = rng.randrange(16, size - length + 1)
    yield f"hole of {length} at {at}", data[:at] + bytes(length) + data[at + length :]
    sector = rng.choice(SECTORS)
    if size > 2 * sector:
        first = rng.randrange(1, size // sector)
        last = min(size, (first + rng.choice((1, 1, 2, 8))) * sector)
        yield f"sectors {first * sector} to {last}", data[: first * sector] + bytes(last - first * sector) + data[last:]
