"""What is left of a picture when its bytes are gone, and whether it was seen before."""

from __future__ import annotations

import io
from pathlib import Path
from typing import cast

import pytest
from PIL import Image

from media.images import impression_png, look_at, resembles
from tests import pictures
from tests.pictures import GREEN, RED, YELLOW


def test_an_impression_is_twelve_colours_in_reading_order(tmp_path: Path):
    impression = look_at(pictures.photo(tmp_path / "a.png"), "a.png").impression
    assert len(impression) == 72
    assert bytes.fromhex(impression[:6]) == bytes(RED)
    assert bytes.fromhex(impression[18:24]) == bytes(GREEN)
    assert bytes.fromhex(impression[-6:]) == bytes(YELLOW)
    with Image.open(io.BytesIO(impression_png(impression))) as soft:
        assert soft.size == (80, 60)
        assert (
            max(abs(one - two) for one, two in zip(cast(tuple[int, ...], soft.getpixel((4, 4))), RED, strict=True))
            <= 25
        )


def test_an_impression_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"fromhex|not enough"):
        impression_png("12ab")


def test_a_picture_saved_again_resembles_itself_and_no_other(tmp_path: Path):
    clouds = Image.effect_mandelbrot((640, 480), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    one = pictures.saved(tmp_path / "1.png", clouds)
    again = pictures.saved(tmp_path / "2.jpg", clouds.resize((333, 250)), quality=60)
    other = pictures.photo(tmp_path / "3.png", 640, 480)
    darker = pictures.saved(tmp_path / "4.png", clouds.point([level // 3 for level in range(256)] * 3))
    looks = [look_at(path, path.name) for path in (one, again, other, darker)]
    first, same, different, night = ((look.fingerprint, look.impression) for look in looks)
    assert resembles(first, same)
    assert not resembles(first, different)
    assert not resembles(first, night)  # the same shapes in other light


def test_even_surfaces_resemble_nothing(tmp_path: Path):
    red = look_at(pictures.saved(tmp_path / "1.png", Image.new("RGB", (300, 200), RED)), "1.png")
    same = look_at(pictures.saved(tmp_path / "2.png", Image.new("RGB", (200, 200), RED)), "2.png")
    assert not resembles((red.fingerprint, red.impression), (same.fingerprint, same.impression))
