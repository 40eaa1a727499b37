"""What a person uploads loses what it tells of places, cameras and people; what is seen in it stays to the bit."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from media import images
from media.pictures.marks import packet_with
from media.pictures.rendering import render
from media.pictures.values import MAX_PIXELS, Recipe
from tests import pictures

TOLD = (b"Phone", b"Erika Mustermann", b"2024:07:03", b"a remark of ours", b"GPS")
TRAINED = "trainedAlgorithmicMedia"


def cleaned(path: Path, folder: Path) -> tuple[Path, images.Picture]:
    clean = folder / "clean"
    taken = images.take_in(path, path.name, for_model=folder / "m", thumbnail=folder / "t", clean=clean)
    return clean, taken.picture


def pixels(path: Path) -> bytes:
    with Image.open(path) as image:
        return image.convert("RGBA").tobytes()


def told(path: Path) -> list[bytes]:
    data = path.read_bytes()
    return [word for word in TOLD if word in data]


def telling(path: Path) -> Path:
    """A picture with all that a phone and an editor write, in the format of its suffix."""
    exif = pictures.exif_of()
    exif[274] = 6
    options: dict[str, Any] = {"exif": exif}
    if path.suffix == ".png":
        remarks = PngImagePlugin.PngInfo()
        remarks.add_text("Comment", "a remark of ours")
        options["pnginfo"] = remarks
    if path.suffix == ".jpg":
        options["comment"] = b"a remark of ours"
    return pictures.saved(path, pictures.four_corners(), **options)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_pixels_and_turn_stay_and_remarks_go(suffix: str, tmp_path: Path) -> None:
    path = telling(tmp_path / f"telling{suffix}")
    assert told(path)
    clean, picture = cleaned(path, tmp_path)
    assert told(clean) == []
    assert pixels(clean) == pixels(path)
    with Image.open(clean) as image:
        assert dict(image.getexif()) == {274: 6}
    assert images.look_at(clean, "clean").fingerprint == picture.fingerprint
    assert picture.mime == images.look_at(clean, "clean").mime


@pytest.mark.parametrize("suffix", [".tif", ".heic", ".avif"])
def test_other_kinds_become_a_jpeg_of_the_same_size(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"telling{suffix}"
    if suffix == ".heic":
        pytest.importorskip("pillow_heif", reason="no encoder for HEIC").register_heif_opener()
    pictures.saved(path, pictures.four_corners(), exif=pictures.exif_of())
    clean, picture = cleaned(path, tmp_path)
    assert told(clean) == []
    seen = images.look_at(clean, "clean")
    assert (seen.mime, picture.mime) == ("image/jpeg", "image/jpeg")
    assert (seen.width, seen.height) == (picture.width, picture.height)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_that_ai_made_it_is_still_said(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"made{suffix}"
    options: dict[str, Any] = {"xmp": packet_with(TRAINED)}
    if suffix == ".png":
        options = {"pnginfo": PngImagePlugin.PngInfo()}
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", packet_with(TRAINED).decode())
    pictures.saved(path, pictures.four_corners(), **options)
    clean, picture = cleaned(path, tmp_path)
    assert (picture.ai_mark, images.look_at(clean, "clean").ai_mark) == (TRAINED, TRAINED)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_colours_that_a_profile_tells_of_stay(suffix: str, tmp_path: Path) -> None:
    path = pictures.saved(tmp_path / f"wide{suffix}", pictures.four_corners(), icc_profile=pictures.display_p3())
    clean, _ = cleaned(path, tmp_path)
    with Image.open(clean) as image:
        assert ImageCms.ImageCmsProfile(BytesIO(image.info["icc_profile"]))
    before, after = tmp_path / "before.jpg", tmp_path / "after.jpg"
    for source, out in ((path, before), (clean, after)):
        render(source, [(out, Recipe(100, 100))], max_pixels=MAX_PIXELS)
    assert before.read_bytes() == after.read_bytes()


def test_what_a_phone_puts_behind_the_picture_goes(tmp_path: Path) -> None:
    """A second picture, or a short film, with remarks of its own."""
    path = telling(tmp_path / "first.jpg")
    path.write_bytes(path.read_bytes() + telling(tmp_path / "second.jpg").read_bytes())
    clean, _ = cleaned(path, tmp_path)
    assert told(clean) == []
    assert clean.read_bytes().count(b"\xff\xd9") == 1


def test_a_progressive_one_keeps_all_its_scans(tmp_path: Path) -> None:
    path = pictures.saved(tmp_path / "scans.jpg", pictures.four_corners(), progressive=True, exif=pictures.exif_of())
    clean, _ = cleaned(path, tmp_path)
    assert pixels(clean) == pixels(path)
    assert clean.read_bytes().count(b"\xff\xda") == path.read_bytes().count(b"\xff\xda") > 1


def test_real_pictures(tmp_path: Path) -> None:
    """Of cameras and phones, where they are at hand."""
    folder = Path(__file__).parents[3] / "shared" / "images"
    found = [each for kind in ("gps__*", "orientation*", "mpo*") for each in sorted(folder.glob(kind))[:6]]
    if not found:
        pytest.skip("no real pictures here")
    for path in found:
        try:
            clean, picture = cleaned(path, tmp_path)
        except images.BadPicture:
            continue
        seen = images.look_at(clean, path.name)
        assert (seen.place, seen.taken_on) == (None, None), path.name
        assert (seen.width, seen.height, seen.fingerprint) == (picture.width, picture.height, picture.fingerprint)
