"""Damage that a decoder conceals is noticed, and what is only odd is not called damage.

A part of the proof runs here, the whole of it by `make thorough`: some thousand damaged files of every kind from every
encoder on this machine, and as many sound ones.
"""

from __future__ import annotations

import logging
import random
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image, ImageChops

from media.images import BadPicture, Fault, look_at
from media.pictures.colours import flat, upright_srgb
from media.pictures.decoding import DOUBT, decode, open_picture
from media.pictures.values import MAX_PIXELS, Doubt
from tests import pictures
from tests.media import encoders
from tests.media.encoders import CONTENTS, Encoder, damages, even, night, page, photo, product

RAW = {"tiff", "bmp", "png stored"}  # uncompressed: for TIFF and BMP black is told from a hole by its shape alone
VISIBLE = 6  # levels of 255, on an average of 4 x 4 pixels
ENCODERS = encoders.encoders()


def seen(path: Path) -> tuple[Image.Image, str]:
    """The picture as it would be published, in full, and what is doubtful about it. Raises BadPicture."""
    with open_picture(path, path.name, max_pixels=MAX_PIXELS) as image:
        decode(image, path.name)
        doubt = image.info[DOUBT]
        return flat(upright_srgb(image, at_least=MAX_PIXELS, profile=None)), doubt


def differs(one: Image.Image, other: Image.Image) -> bool:
    if one.size != other.size:
        return True
    apart = ImageChops.difference(one, other).reduce(4)
    return max(high for _, high in cast(Any, apart.getextrema())) > VISIBLE


def files(seed: int, rounds: int, folder: Path) -> Iterator[tuple[str, Path, random.Random]]:
    """A file of each encoder a round, with another content each."""
    for at in range(rounds):
        for number, encoder in enumerate(ENCODERS):
            rng = random.Random(f"{seed} {at} {encoder.name}")
            content = photo if encoder.name in RAW else CONTENTS[(at + number) % len(CONTENTS)]
            path = folder / f"{at}-{number}.{encoder.suffix}"
            encoder.make(content(rng.randrange(10**6), *rng.choice(((320, 240), (257, 301), (500, 333)))), path)
            yield f"{encoder.name}, {content.__name__}", path, rng


def proof(seed: int, rounds: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """How many were sound, damaged, doubtful ...; and what went wrong."""
    counted: Counter[str] = Counter()
    wrong = []
    for name, path, rng in files(seed, rounds, folder):
        sound, data = path.read_bytes(), path.read_bytes()
        counted["sound"] += 1
        try:
            good, doubt = seen(path)
        except BadPicture as bad:
            wrong.append(f"{name} is sound: {bad}")
            continue
        counted["sound, and looked at"] += bool(doubt)
        for what, damaged in damages(data, rng):
            if damaged == sound:
                continue
            path.write_bytes(damaged)
            counted["damaged"] += 1
            try:
                picture, doubt = seen(path)
            except BadPicture:
                continue
            if doubt:
                counted["damaged, and looked at"] += 1
            elif differs(good, picture):
                wrong.append(f"{name} of {len(data)} bytes, {what}")
        path.unlink()
    return counted, wrong


def test_of_cut_and_wiped_files_of_every_kind_none_passes_and_of_sound_ones_all(tmp_path: Path):
    counted, wrong = proof(1, 2, tmp_path)
    assert wrong == []
    assert counted["sound"] == 2 * len(ENCODERS)
    assert counted["damaged"] > 6 * len(ENCODERS)
    assert counted["damaged, and looked at"] < counted["damaged"] / 50


@pytest.mark.thorough
def test_the_same_of_some_thousands(tmp_path: Path):
    counted, wrong = proof(2026, 30, tmp_path)
    logging.getLogger(__name__).warning("%s %s", dict(counted), wrong)
    assert counted["sound"] > 500
    assert counted["damaged"] > 2000
    # What is flat has hardly any data; a hole of a few bytes in it may be another flat picture. Nothing else passes.
    assert [one for one in wrong if "is sound" in one or "photo" in one] == []
    assert len(wrong) <= counted["damaged"] / 1000


@pytest.mark.thorough
def test_real_pictures_cut_and_wiped(shared: Path, tmp_path: Path):
    """Phones' HEIC first of all: twelve of twelve passed once."""
    wrong, count = [], 0
    for source in sorted((shared / "images").iterdir()):
        if source.name.startswith(("heic__", "photo__", "icc-wide__", "avif__", "webp__", "progressive__", "gainmap")):
            rng, path, data = random.Random(source.name), tmp_path / source.name, source.read_bytes()
            path.write_bytes(data)
            try:
                good, _ = seen(path)
            except BadPicture:
                continue
            for what, damaged in (pair for _ in range(3) for pair in damages(data, rng)):
                path.write_bytes(damaged)
                count += 1
                try:
                    picture, doubt = seen(path)
                except BadPicture:
                    continue
                if differs(good, picture) and not doubt:
                    wrong.append(f"{source.name}: {what}")
    logging.getLogger(__name__).warning("%s %s", count, wrong)
    assert count > 600
    assert wrong == []


@pytest.mark.slow
def test_sound_pictures_of_the_collection_stay_sound(shared: Path):
    """All that is not there for being broken; two of these are broken none the less, as anybody sees who looks."""
    broken = ("bomb__", "broken__", "truncated__", "fuzz-crash__", "svg__", "video", "ico-")
    seen_broken = {"5482a54657765056f1a94116a8dbffe7.jpg", "8e5e74dbf9b68a322fbb9512db837329.jpg"}
    wrong, sound = [], 0
    for path in sorted((shared / "images").iterdir()):
        if path.suffix == ".json" or path.name.startswith(broken) or path.name.rpartition("__")[2] in seen_broken:
            continue
        try:
            sound += bool(seen(path))
        except BadPicture as bad:
            if bad.fault == Fault.DAMAGED:
                wrong.append(str(bad))
    assert wrong == []
    assert sound > 130


# What is odd, and sound


def jpeg(folder: Path, **options: object) -> bytes:
    return pictures.saved(folder / "plain.jpg", photo(3), **options).read_bytes()


@pytest.mark.parametrize(
    "tail",
    [b"\0" * 5000, b"\xff" * 100, b"garbage" * 50, struct.pack(">I", 24) + b"ftypmp42" + bytes(3000)],
    ids=["zeros", "ones", "words", "film"],
)
def test_what_follows_a_jpeg_does_not_matter(tmp_path: Path, tail: bytes):
    assert seen(pictures.raw(tmp_path / "a.jpg", jpeg(tmp_path) + tail))


def test_the_second_picture_in_a_jpeg_does_not_matter(tmp_path: Path):
    path = pictures.saved(tmp_path / "a.mpo", photo(3), save_all=True, append_images=[photo(4)])
    assert seen(path.rename(tmp_path / "a.jpg"))
    assert seen(pictures.cut(tmp_path / "a.jpg", 0.9))


def test_filling_before_a_marker_is_usual(tmp_path: Path):
    data = jpeg(tmp_path)
    start = data.index(b"\xff\xdb")
    filled = data[:start] + b"\xff" * 6 + data[start:-2] + b"\xff" * 5 + data[-2:]
    assert seen(pictures.raw(tmp_path / "a.jpg", filled))
    assert seen(pictures.raw(tmp_path / "b.jpg", data[:start] + bytes(8) + data[start:]))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True}])
def test_without_its_end_mark_a_jpeg_is_not_whole(tmp_path: Path, options: dict[str, bool]):
    """Pillow has never taken them; whether all is there cannot be told from a cut at a bad place."""
    data = jpeg(tmp_path, **options)
    with pytest.raises(BadPicture) as bad:
        seen(pictures.raw(tmp_path / "a.jpg", data[:-2]))
    assert bad.value.fault == Fault.DAMAGED


@pytest.mark.parametrize("suffix", ["jpg", "webp", "avif", "heic", "png", "gif"])
@pytest.mark.parametrize("content", [even, night, product, page])
def test_large_even_surfaces_are_no_holes(tmp_path: Path, suffix: str, content: Callable[..., Image.Image]):
    options = {"optimize": True} if suffix == "jpg" else {"speed": 9} if suffix == "avif" else {}
    path = tmp_path / f"a.{suffix}"
    made = content(1, 1200, 900)
    (made.convert("P") if suffix == "gif" else made).save(path, **options)
    assert seen(path)


def test_room_in_a_heic_is_no_hole(tmp_path: Path):
    data = pictures.saved(tmp_path / "a.heic", photo(3)).read_bytes()
    room = struct.pack(">I", 8 + 9000) + b"free" + bytes(9000)
    assert seen(pictures.raw(tmp_path / "b.heic", data + room + struct.pack(">I", 8 + 500) + b"mdat" + bytes(500)))


def test_what_follows_the_end_of_a_png_or_gif_does_not_matter(tmp_path: Path):
    for suffix in ("png", "gif"):
        data = pictures.saved(tmp_path / f"a.{suffix}", photo(3).convert("P")).read_bytes()
        assert seen(pictures.raw(tmp_path / f"b.{suffix}", data + b"after the end" + bytes(600)))


# What is damaged in particular


def test_every_zero_in_an_iphones_picture_is_seen(tmp_path: Path):
    """Its codec allows no three zeros in a row, so that a hole of eight bytes is seen anywhere in the coded data."""
    data = pictures.saved(tmp_path / "a.heic", photo(3)).read_bytes()
    start = data.index(b"mdat") + 4
    for at in range(start, len(data) - 8, len(data) // 40):
        with pytest.raises(BadPicture):
            seen(pictures.raw(tmp_path / "b.heic", data[:at] + bytes(8) + data[at + 8 :]))


def test_scans_that_were_wiped_out_between_others_are_missed(tmp_path: Path):
    data = jpeg(tmp_path, progressive=True)
    scans = [at for at in range(len(data) - 1) if data[at : at + 2] == b"\xff\xda"]
    for first, last in pairwise(scans[1:]):
        with pytest.raises(BadPicture):
            seen(pictures.raw(tmp_path / "a.jpg", data[:first] + bytes(last - first) + data[last:]))
    without_the_last = data[: scans[1]] + data[scans[2] :]
    with pytest.raises(BadPicture):
        seen(pictures.raw(tmp_path / "a.jpg", without_the_last))


def test_which_way_is_up_and_which_colours_are_not_lost_in_silence(tmp_path: Path):
    exif = pictures.exif_of()
    exif[0x0112] = 6
    path = pictures.saved(tmp_path / "a.jpg", photo(3), exif=exif, icc_profile=pictures.display_p3())
    data = path.read_bytes()
    tags, profile = data.index(b"Exif\0\0"), data.index(b"ICC_PROFILE\0")
    for start, size in ((tags, 40), (tags + 14, 48), (profile, 40), (profile + 40, 48), (profile + 150, 64)):
        with pytest.raises(BadPicture):
            seen(pictures.raw(tmp_path / "b.jpg", data[:start] + bytes(size) + data[start + size :]))


def test_an_uncompressed_picture_with_much_black_is_looked_at(tmp_path: Path):
    for suffix in ("bmp", "tiff"):
        assert seen(pictures.saved(tmp_path / f"a.{suffix}", night(1)))[1] == Doubt.HOLE
        assert seen(pictures.saved(tmp_path / f"b.{suffix}", photo(1)))[1] == ""


def test_a_refusal_says_through_the_child_that_it_is_damage(tmp_path: Path):
    path = pictures.cut(pictures.saved(tmp_path / "a.heic", photo(3)))
    with pytest.raises(BadPicture) as bad:
        look_at(path, "a.heic")
    assert (bad.value.fault, bad.value.may_pass) == (Fault.DAMAGED, False)
    with pytest.raises(BadPicture) as bad:
        look_at(pictures.raw(tmp_path / "b.jpg", bytes(9000)), "b.jpg")
    assert bad.value.fault == Fault.DAMAGED
    with pytest.raises(BadPicture) as bad:
        look_at(pictures.raw(tmp_path / "c.jpg", b"words"), "c.jpg")
    assert bad.value.fault == ""


def test_the_encoders_are_here():
    """At least those that come with the packages; the others count where they are installed."""
    assert {"baseline", "progressive", "heic", "avif", "webp", "png", "gif", "tiff"} <= {one.name for one in ENCODERS}
    assert all(isinstance(one, Encoder) for one in ENCODERS)
