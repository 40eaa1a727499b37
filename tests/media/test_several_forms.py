from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from media.images import Recipe, make_rendition, make_renditions
from tests import pictures

FEED = Recipe(max_width=1440, max_height=1800, min_ratio=0.8, max_ratio=1.91, min_width=320, max_bytes=8_000_000)
PLAIN = Recipe(max_width=2000, max_height=2000)


@pytest.mark.parametrize("orientation", [1, 6])
def test_several_at_once_are_what_each_would_be_alone(tmp_path: Path, orientation: int):
    """Whatever is made beside it: one coarse enough for a smaller decoding, one of the same shape, one that is cut."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    noise = Image.merge("RGB", [Image.effect_noise((160, 100), each).resize((1600, 1000)) for each in (20, 50, 80)])
    path = pictures.saved(tmp_path / "a.jpg", noise, exif=exif)
    recipes = [
        PLAIN,
        FEED,
        replace(FEED, max_height=14400, max_bytes=60_000),
        replace(FEED, min_ratio=1.0, max_ratio=1.0, fit="crop"),
        Recipe(max_width=150, max_height=150),
        replace(PLAIN, format="PNG"),
    ]
    together = make_renditions(path, [(tmp_path / f"{at}.out", recipe) for at, recipe in enumerate(recipes)])
    for at, recipe in enumerate(recipes):
        assert make_rendition(path, tmp_path / "alone", recipe) == together[at]
        assert (tmp_path / "alone").read_bytes() == (tmp_path / f"{at}.out").read_bytes()
