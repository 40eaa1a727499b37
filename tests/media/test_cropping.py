"""The part of a picture that a person chose: cut first, then made to fit. And nothing changes where nobody chose."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media.images import WHOLE, Crop, Recipe, is_part, make_rendition, make_renditions, part_of
from media.pictures.geometry import LEAST, frame
from media.pictures.values import MIN_SIDE
from media.renditions import digest
from tests import pictures
from tests.media.test_framing import SIDES, recipes
from tests.pictures import BLUE, CORNERS, GREEN, RED, YELLOW

PLAIN = Recipe(max_width=2000, max_height=2000)
QUARTERS: dict[Crop, tuple[int, int, int]] = {
    (0, 0, 5000, 5000): RED,
    (5000, 0, WHOLE, 5000): GREEN,
    (0, 5000, 5000, WHOLE): BLUE,
    (5000, 5000, WHOLE, WHOLE): YELLOW,
}


@st.composite
def crops(draw: st.DrawFn) -> Crop:
    left, top = draw(st.integers(0, WHOLE - LEAST)), draw(st.integers(0, WHOLE - LEAST))
    return left, top, draw(st.integers(left + LEAST, WHOLE)), draw(st.integers(top + LEAST, WHOLE))


# --- geometry


@given(SIDES, SIDES, crops())
def test_a_part_lies_in_its_picture_and_is_never_empty(width: int, height: int, crop: Crop) -> None:
    left, top, right, bottom = part_of(width, height, crop)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert is_part(width, height, crop) == (min(right - left, bottom - top) >= MIN_SIDE)


@given(SIDES, SIDES, recipes(), crops())
def test_what_is_cropped_and_made_to_fit_shows_nothing_beside_the_part(
    width: int, height: int, recipe: Recipe, crop: Crop
) -> None:
    plan = frame(width, height, replace(recipe, crop=crop))
    part, (left, top, right, bottom) = part_of(width, height, crop), plan.crop
    assert part == plan.part
    assert part[0] <= left < right <= part[2]
    assert part[1] <= top < bottom <= part[3]
    if recipe.fit == "pad":
        assert plan.crop == part
    assert recipe.min_ratio <= plan.canvas[0] / plan.canvas[1] <= recipe.max_ratio
    assert min(plan.spot[2:]) >= 1
    alone = frame(part[2] - part[0], part[3] - part[1], recipe)
    assert (plan.canvas, plan.spot) == (alone.canvas, alone.spot)


@pytest.mark.parametrize(
    ("crop", "possible"),
    [
        ((0, 0, WHOLE, WHOLE), True),
        ((0, 0, 500, 500), True),
        ((0, 0, 499, 5000), False),
        ((5000, 0, 5000, WHOLE), False),
        ((6000, 0, 5000, WHOLE), False),
        ((-1, 0, 5000, 5000), False),
        ((0, 0, WHOLE + 1, WHOLE), False),
        ((0, 0, 5000), False),
        ((), False),
    ],
)
def test_what_can_be_a_part(crop: tuple[int, ...], possible: bool) -> None:
    assert is_part(1000, 1000, crop) == possible
    assert is_part(0, 0, crop) == possible  # its size is not known


def test_a_part_of_a_small_picture_has_sixteen_pixels() -> None:
    assert is_part(100, 100, (0, 0, 1600, 1600))
    assert not is_part(100, 100, (0, 0, 1500, 1600))


# --- pixels


def colours(path: Path) -> set[Any]:
    """Which of the four it shows; anything between them is told as it is."""
    with Image.open(path) as made:
        seen = made.convert("RGB").getcolors(maxcolors=made.width * made.height) or []
    near = {colour: min(CORNERS, key=lambda each: _apart(each, colour)) for _, colour in seen}
    return {each if _apart(each, colour) < 30 else colour for colour, each in near.items()}


def _apart(one: Any, other: Any) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_of_four_quarters_the_right_one_shows_however_it_is_stored(tmp_path: Path, orientation: int) -> None:
    path = pictures.turned(tmp_path / "a.png", orientation)
    wanted = [(tmp_path / f"{at}.png", replace(PLAIN, format="PNG", crop=crop)) for at, crop in enumerate(QUARTERS)]
    made = make_renditions(path, wanted)
    assert [colours(out) for out, _ in wanted] == [{colour} for colour in QUARTERS.values()]
    assert {(each.width, each.height, each.changed) for each in made} == {(80, 60, "")}


@pytest.mark.parametrize("side", [40, 300, 700])
@pytest.mark.parametrize("size", [(2400, 1600), (1601, 2399)])
def test_nothing_of_what_was_cut_away_shows_at_the_edge_whatever_is_decoded(
    tmp_path: Path, size: tuple[int, int], side: int
) -> None:
    """A JPEG is decoded to a half, a quarter or an eighth where less is enough."""
    path = pictures.photo(tmp_path / "a.jpg", *size, quality=98, subsampling=0)
    recipe = Recipe(max_width=side, max_height=side, format="PNG", crop=(0, 0, 4990, 4990))
    make_rendition(path, tmp_path / "out.png", recipe)
    with Image.open(tmp_path / "out.png") as made:
        edge = made.convert("RGB").crop((made.width - 1, 0, made.width, made.height))
        assert {_apart(RED, colour) < 40 for _, colour in edge.getcolors(made.height)} == {True}


def test_a_small_part_of_a_large_picture_is_as_fine_as_it_lies_there(tmp_path: Path) -> None:
    """As if the part had been cut out of the file before."""
    noise = Image.merge("RGB", [Image.effect_noise((300, 200), each).resize((2400, 1600)) for each in (20, 50, 80)])
    whole = pictures.saved(tmp_path / "a.png", noise)
    part = pictures.saved(tmp_path / "part.png", noise.crop((600, 400, 1200, 1000)))
    recipe = Recipe(max_width=320, max_height=320, min_width=320)
    make_rendition(whole, tmp_path / "1.jpg", replace(recipe, crop=(2500, 2500, 5000, 6250)))
    make_rendition(part, tmp_path / "2.jpg", recipe)
    assert (tmp_path / "1.jpg").read_bytes() == (tmp_path / "2.jpg").read_bytes()


@pytest.mark.parametrize(("fit", "changed"), [("pad", "Space was added"), ("crop", "Cut at the left and right")])
def test_a_part_is_made_to_fit_as_a_picture_is(tmp_path: Path, fit: Any, changed: str) -> None:
    path = pictures.photo(tmp_path / "a.jpg", 1000, 800)
    square = Recipe(max_width=900, max_height=900, min_ratio=1.0, max_ratio=1.0, fit=fit, crop=(0, 0, WHOLE, 5000))
    made = make_rendition(path, tmp_path / "out.jpg", square)
    assert made.width == made.height
    assert made.changed.startswith(changed)
    assert not colours(tmp_path / "out.jpg") & {BLUE, YELLOW}


# --- what was there before


BEFORE: dict[str, Any] = {"max_width": 1440, "max_height": 1800, "min_ratio": 0.8, "max_ratio": 1.91, "fit": "pad"}
BEFORE |= {"min_width": 320, "max_bytes": 8_000_000, "format": "JPEG", "background": ""}
# `media.renditions.digest` of it, before there were crops.
DIGEST = "f43594f036f9f7f01ec1aee123e755949dd773207f29a7acf47c8cb33b76dc55"


def test_a_recipe_of_before_has_its_name_and_says_nothing_of_a_crop() -> None:
    recipe = Recipe(**BEFORE)
    assert (recipe.crop, recipe.told) == (None, BEFORE)
    assert digest(recipe, "") == DIGEST
    assert digest(replace(recipe, crop=(0, 0, 5000, 5000)), "") != DIGEST


def test_a_recipe_comes_back_from_json_as_it_was() -> None:
    recipe = Recipe(**BEFORE, crop=(100, 200, 9000, 9500))
    again = Recipe(**json.loads(json.dumps(recipe.told)))
    assert (again, hash(again), digest(again, "")) == (recipe, hash(recipe), digest(recipe, ""))
