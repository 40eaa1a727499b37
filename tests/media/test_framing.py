from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from media.pictures.geometry import frame
from media.pictures.values import Recipe

SIDES = st.integers(16, 12_000)
# As platforms give them: two small numbers, such as 4:5, 9:16 or 191:100.
RATIOS = st.sampled_from([Fraction(*pair) for pair in [(9, 16), (2, 3), (4, 5), (1, 1), (16, 9), (191, 100), (3, 1)]])


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    low, high = sorted([draw(RATIOS), draw(RATIOS)])
    return Recipe(
        max_width=draw(st.sampled_from([1080, 1440, 2048, 4096])),
        max_height=draw(st.sampled_from([1350, 1920, 4096])),
        min_ratio=float(low),
        max_ratio=float(high),
        fit=draw(st.sampled_from(["pad", "crop"])),
        min_width=320,
    )


@given(SIDES, SIDES, recipes())
def test_the_result_is_always_inside_the_limits(width: int, height: int, recipe: Recipe):
    wide, high = frame(width, height, recipe).canvas
    assert recipe.min_ratio <= wide / high <= recipe.max_ratio
    assert recipe.min_width <= wide <= recipe.max_width
    assert 1 <= high <= recipe.max_height


@given(SIDES, SIDES, recipes())
def test_the_picture_lies_on_its_canvas(width: int, height: int, recipe: Recipe):
    plan = frame(width, height, recipe)
    left, top, wide, high = plan.spot
    assert left >= 0
    assert top >= 0
    assert wide >= 1
    assert high >= 1
    assert left + wide <= plan.canvas[0]
    assert top + high <= plan.canvas[1]
    assert plan.canvas[0] - wide in {2 * left, 2 * left + 1}


@given(SIDES, SIDES, recipes())
def test_padding_cuts_nothing_and_cutting_leaves_no_space(width: int, height: int, recipe: Recipe):
    plan = frame(width, height, recipe)
    if recipe.fit == "pad":
        assert plan.crop == (0, 0, width, height)
    else:
        assert not plan.is_padded
        left, top, right, bottom = plan.crop
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height


@given(SIDES, SIDES, recipes())
def test_the_picture_keeps_its_proportions(width: int, height: int, recipe: Recipe):
    plan = frame(width, height, recipe)
    shown = (plan.crop[2] - plan.crop[0]) / (plan.crop[3] - plan.crop[1])
    # Half a pixel of rounding on a thin strip, and a hairline, are all the stretching there is.
    slack = 0.02 + 1 / min(plan.spot[2:])
    assert abs(plan.spot[2] / plan.spot[3] / shown - 1) <= slack


@given(st.integers(320, 1440), st.integers(320, 1800))
def test_a_picture_that_fits_is_left_alone(width: int, height: int):
    plan = frame(width, height, Recipe(max_width=1440, max_height=1800))
    assert plan.canvas == (width, height)
    assert plan.spot == (0, 0, width, height)


@given(SIDES, SIDES)
def test_without_limits_of_ratio_nothing_is_padded_or_cut(width: int, height: int):
    plan = frame(width, height, Recipe(max_width=1000, max_height=1000, min_ratio=0.0001, max_ratio=10_000))
    assert not plan.is_padded
    assert max(plan.canvas) <= 1000


def test_exactly_four_to_five_stays_and_one_pixel_beyond_is_evened_out_without_a_bar():
    feed = Recipe(max_width=1440, max_height=1800, min_ratio=0.8, max_ratio=1.91)
    assert frame(1080, 1350, feed).canvas == (1080, 1350)
    beyond = frame(1079, 1350, feed)
    assert beyond.canvas == (1080, 1350)
    assert not beyond.is_padded
    assert frame(1910, 1000, feed).canvas == (1440, 754)
