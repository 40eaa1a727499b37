"""Colours that are told in other ways than by an ICC profile. What is right is computed here from the standards."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, PngImagePlugin

from media.images import Recipe, look_at, make_rendition
from media.pictures.values import Doubt
from tests import pictures
from tests.media import encoders

assert encoders  # it registers the encoder of HEIC

PLAIN = Recipe(max_width=2000, max_height=2000, format="PNG")  # what is compared must not be changed by JPEG
WITHIN = 2  # levels of 255
D65 = (0.3127, 0.3290)
SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), D65)
P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65)
BT2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65)
ADOBE = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), D65)
DCI = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351))

Array = np.ndarray


def to_xyz(space: tuple[tuple[float, float], ...]) -> Array:
    """RGB -> XYZ from chromaticities (SMPTE RP 177)."""
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in space]).T
    return columns[:, :3] * np.linalg.solve(columns[:, :3], columns[:, 3])


def adapted(white: tuple[float, float]) -> Array:
    """From this white to D65, by Bradford."""
    cone = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    here, there = (cone @ np.array([x / y, 1.0, (1 - x - y) / y]) for x, y in (white, D65))
    return np.linalg.inv(cone) @ np.diag(there / here) @ cone


def right(stored: Array, space: tuple[tuple[float, float], ...], curve: Callable[[Array], Array]) -> Array:
    """These pixels (0 to 255) as sRGB, clipped where it has no such colour."""
    light = curve(stored / 255.0)
    there = light @ (np.linalg.inv(to_xyz(SRGB)) @ adapted(space[3]) @ to_xyz(space)).T
    there = np.clip(there, 0, 1)
    return 255 * np.where(there <= 0.0031308, 12.92 * there, 1.055 * there ** (1 / 2.4) - 0.055)


def srgb(value: Array) -> Array:
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def bt709(value: Array) -> Array:
    return np.where(value < 0.081, value / 4.5, ((value + 0.099) / 1.099) ** (1 / 0.45))


def gamma(exponent: float) -> Callable[[Array], Array]:
    return lambda value: value**exponent


def patches() -> Image.Image:
    """Greys from black to white and mixed colours, each 16 x 16 pixels of one value."""
    picture = Image.new("RGB", (128, 128))
    for at in range(64):
        grey = round(at * 255 / 15)
        colour = (grey,) * 3 if at < 16 else ((at * 53) % 256, (at * 97) % 256, (at * 151) % 256)
        picture.paste(colour, ((at % 8) * 16, (at // 8) * 16, (at % 8) * 16 + 16, (at // 8) * 16 + 16))
    return picture


def middles(path: Path) -> Array:
    """The value in the middle of each patch."""
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB"), float)
    return pixels[8::16, 8::16].reshape(-1, 3)


def rendered(path: Path) -> Array:
    made = path.with_name("out.png")
    make_rendition(path, made, PLAIN)
    return middles(made)


def png(path: Path, chunks: dict[bytes, bytes]) -> Path:
    remarks = PngImagePlugin.PngInfo()
    for kind, body in chunks.items():
        remarks.add(kind, body)
    return pictures.saved(path, patches(), pnginfo=remarks)


def coded(path: Path, primaries: int, transfer: int) -> Path:
    """A HEIC or AVIF whose box `colr` says this."""
    options = {"quality": 100, "subsampling": "4:4:4"} if path.suffix == ".avif" else {"quality": 100, "chroma": 444}
    patches().save(path, **options)
    data = path.read_bytes()
    at = data.index(b"colrnclx") + 8
    return pictures.raw(path, data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :])


def exif(*, space: int, index: str = "") -> Image.Exif:
    made = Image.Exif()
    made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ColorSpace] = space
    if index:
        made.get_ifd(ExifTags.IFD.Exif)[ExifTags.IFD.Interop] = {1: index}
    return made


def chromaticities(space: tuple[tuple[float, float], ...]) -> bytes:
    numbers = [part for pair in (space[3], *space[:3]) for part in pair]
    return struct.pack(">8I", *(round(number * 100_000) for number in numbers))


GAMMA_18, LINEAR = struct.pack(">I", 55_556), struct.pack(">I", 100_000)


@pytest.mark.parametrize(
    ("chunks", "space", "curve"),
    [
        ({b"cICP": bytes([12, 13, 0, 1])}, P3, srgb),
        ({b"cICP": bytes([1, 1, 0, 1])}, SRGB, bt709),
        ({b"cICP": bytes([9, 14, 0, 1])}, BT2020, bt709),
        ({b"cICP": bytes([11, 17, 0, 1])}, DCI, lambda value: np.minimum(1, 52.37 / 48 * value**2.6)),
        ({b"cICP": bytes([1, 13, 0, 1])}, SRGB, srgb),
        ({b"cICP": bytes([12, 13, 0, 1]), b"gAMA": LINEAR}, P3, srgb),
        ({b"gAMA": GAMMA_18}, SRGB, gamma(1.8)),
        ({b"gAMA": LINEAR}, SRGB, gamma(1.0)),
        ({b"gAMA": GAMMA_18, b"cHRM": chromaticities(ADOBE)}, ADOBE, gamma(1.8)),
        ({b"cHRM": chromaticities(P3)}, P3, srgb),
        ({b"sRGB": b"\0", b"gAMA": GAMMA_18, b"cHRM": chromaticities(P3)}, SRGB, srgb),
        ({b"gAMA": struct.pack(">I", 45_455), b"cHRM": chromaticities(SRGB)}, SRGB, srgb),
        ({b"gAMA": bytes(4), b"cHRM": bytes(32)}, SRGB, srgb),
    ],
)
def test_what_a_png_says_in_numbers_is_kept(tmp_path: Path, chunks, space, curve):
    path = png(tmp_path / "a.png", chunks)
    assert np.abs(rendered(path) - right(middles(path), space, curve)).max() <= WITHIN


def test_numbers_of_a_png_go_before_its_profile_and_a_profile_before_gamma(tmp_path: Path):
    remarks = PngImagePlugin.PngInfo()
    remarks.add(b"cICP", bytes([1, 13, 0, 1]))
    path = pictures.saved(tmp_path / "a.png", patches(), pnginfo=remarks, icc_profile=pictures.display_p3())
    assert np.abs(rendered(path) - middles(path)).max() <= WITHIN
    remarks = PngImagePlugin.PngInfo()
    remarks.add(b"gAMA", LINEAR)
    path = pictures.saved(tmp_path / "b.png", patches(), pnginfo=remarks, icc_profile=pictures.display_p3())
    assert np.abs(rendered(path) - right(middles(path), P3, gamma(2.2))).max() <= WITHIN


def test_video_levels_in_a_png_are_spread(tmp_path: Path):
    path = png(tmp_path / "a.png", {b"cICP": bytes([1, 13, 0, 0])})
    spread = np.clip((middles(path) - 16) / 219, 0, 1) * 255
    assert np.abs(rendered(path) - spread).max() <= WITHIN


@pytest.mark.parametrize("suffix", ["avif", "heic"])
@pytest.mark.parametrize(
    ("primaries", "transfer", "space", "curve"),
    [
        (12, 13, P3, srgb),
        (1, 1, SRGB, bt709),
        (9, 1, BT2020, bt709),
        (9, 15, BT2020, bt709),
        (1, 8, SRGB, gamma(1.0)),
        (1, 4, SRGB, gamma(2.2)),
        (1, 13, SRGB, srgb),
        (2, 2, SRGB, srgb),
        (5, 1, SRGB, srgb),  # Android's word for JFIF
    ],
)
def test_what_heic_and_avif_say_in_numbers_is_kept(tmp_path: Path, suffix: str, primaries, transfer, space, curve):
    path = coded(tmp_path / f"a.{suffix}", primaries, transfer)
    assert np.abs(rendered(path) - right(middles(path), space, curve)).max() <= WITHIN


@pytest.mark.parametrize("suffix", ["avif", "heic", "png"])
@pytest.mark.parametrize("transfer", [16, 18])
def test_hdr_is_brought_down_and_a_person_looks(tmp_path: Path, suffix: str, transfer: int):
    if suffix == "png":
        path = png(tmp_path / "a.png", {b"cICP": bytes([9, transfer, 0, 1])})
    else:
        path = coded(tmp_path / f"a.{suffix}", 9, transfer)
    assert look_at(path, path.name).doubt == Doubt.HDR
    greys = rendered(path)[:16, 0]
    assert all(one <= other for one, other in pairwise(greys))
    assert greys[0] <= 2
    # 58 % of PQ and 75 % of HLG are what a screen shows as white (ITU-R BT.2408): bright, and not the end of the scale.
    white = round((0.58 if transfer == 16 else 0.75) * 15)
    assert 200 <= greys[white] <= 245


@pytest.mark.parametrize("suffix", ["jpg", "tiff", "webp"])
@pytest.mark.parametrize(
    ("space", "index", "is_adobe"), [(65535, "R03", True), (2, "", True), (1, "R98", False), (65535, "", False)]
)
def test_adobe_rgb_of_cameras_is_kept(tmp_path: Path, suffix: str, space: int, index: str, is_adobe: bool):
    path = tmp_path / f"a.{suffix}"
    if suffix == "tiff":
        facts: dict[int, object] = {ExifTags.Base.ColorSpace: space}
        facts |= {ExifTags.IFD.Interop: {1: index}} if index else {}
        patches().save(path, tiffinfo={ExifTags.IFD.Exif: facts})
    elif suffix == "webp":
        patches().save(path, exif=exif(space=space, index=index), lossless=True)
    else:
        patches().save(path, exif=exif(space=space, index=index), quality=100, subsampling="4:4:4")
    expected = right(middles(path), ADOBE, gamma(563 / 256)) if is_adobe else middles(path)
    assert np.abs(rendered(path) - expected).max() <= WITHIN


def test_a_profile_goes_before_exif(tmp_path: Path):
    path = tmp_path / "a.jpg"
    patches().save(
        path, quality=100, subsampling="4:4:4", exif=exif(space=65535, index="R03"), icc_profile=pictures.display_p3()
    )
    assert np.abs(rendered(path) - right(middles(path), P3, gamma(2.2))).max() <= WITHIN


def test_a_bitmap_may_say_its_colours_too(tmp_path: Path):
    plain = pictures.saved(tmp_path / "a.bmp", patches()).read_bytes()
    points = b"".join(struct.pack("<3i", *(round(part * 2**30) for part in column)) for column in to_xyz(P3).T)
    gammas = struct.pack("<3I", *[round(2.2 * 2**16)] * 3)
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0)
    header = struct.pack("<I", 108) + plain[18:54] + masks + bytes(4) + points + gammas
    path = pictures.raw(
        tmp_path / "b.bmp", plain[:2] + struct.pack("<IHHI", len(plain) + 68, 0, 0, 54 + 68) + header + plain[54:]
    )
    assert np.abs(rendered(path) - right(middles(path), P3, gamma(2.2))).max() <= WITHIN


def test_grey_pictures_keep_their_curve(tmp_path: Path):
    remarks = PngImagePlugin.PngInfo()
    remarks.add(b"gAMA", GAMMA_18)
    path = pictures.saved(tmp_path / "a.png", patches().convert("L"), pnginfo=remarks)
    assert np.abs(rendered(path) - right(middles(path), SRGB, gamma(1.8))).max() <= WITHIN


def test_dark_shades_that_eight_bits_cannot_hold_are_looked_at(tmp_path: Path):
    """Pillow reads 16-bit colours as eight bits; for light as it is, one of those is thirteen levels of sRGB."""

    def deep(path: Path, gamma: bytes) -> Path:
        def chunk(kind: bytes, body: bytes) -> bytes:
            return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

        head, rows = struct.pack(">IIBBBBB", 32, 32, 16, 2, 0, 0, 0), (b"\0" + bytes(32 * 6)) * 32
        parts = [(b"IHDR", head), (b"gAMA", gamma), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
        return pictures.raw(path, b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))

    assert look_at(deep(tmp_path / "a.png", LINEAR), "a.png").doubt == Doubt.COARSE
    assert look_at(deep(tmp_path / "b.png", GAMMA_18), "b.png").doubt == ""
    assert look_at(png(tmp_path / "c.png", {b"gAMA": LINEAR}), "c.png").doubt == ""


def test_the_reference_knows_what_is_known():
    """sRGB's matrix as IEC 61966-2-1 prints it, and that white stays white."""
    assert np.allclose(to_xyz(SRGB)[0], [0.4124, 0.3576, 0.1805], atol=2e-4)
    for space in (P3, BT2020, ADOBE, DCI):
        assert math.isclose(right(np.array([[255.0] * 3]), space, srgb).min(), 255, abs_tol=0.2)
