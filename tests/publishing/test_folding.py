"""Where a feed folds words, and what can be pressed in them: the same in the page as in the browser."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publishing.platforms import PLATFORMS, Fold, Form, Shown, Sign
from publishing.posts.folding import Folded, fold, folded
from publishing.posts.text_limits import shown_of, unseen

FAMILY, FLAG = "👨‍👩‍👧‍👦", "🇹🇷"
CALM = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
texts = st.lists(
    st.sampled_from(
        ["a", "word ", "  ", "\n", FAMILY, FLAG, "e\u0301", "漢字", "#1 ", "#loaf", " @mill", "https://a.io/x "]
    )
).map("".join)
folds = st.builds(
    Fold, lines=st.integers(1, 5), columns=st.integers(8, 50), word=st.just("more"), source=st.just("a test")
)


def cells(text: str) -> list[str]:
    return regex.findall(r"\X", text)


def joined(both: Folded) -> tuple[str, str]:
    return "".join(each.text for each in both.seen), "".join(each.text for each in both.rest)


@CALM
@given(texts, folds)
def test_what_is_seen_and_what_is_folded_away_are_the_text_and_no_letter_is_cut(text: str, at: Fold) -> None:
    seen, rest = fold(text, at)
    assert seen + rest == text
    assert cells(seen) + cells(rest) == cells(text)
    assert bool(rest.strip()) == bool(rest)


@CALM
@given(texts, folds)
def test_no_more_is_seen_than_there_is_room_for(text: str, at: Fold) -> None:
    seen, rest = fold(text, at)
    if rest:
        assert seen.count("\n") < at.lines
        assert len(cells(seen.replace(" ", ""))) <= at.characters


@CALM
@given(texts, st.sampled_from([(name, form) for name in PLATFORMS for form in PLATFORMS[name].shown]))
def test_pieces_are_the_text_on_every_platform(text: str, where: tuple[str, Form]) -> None:
    shown = shown_of(*where)
    both = folded(text, shown)
    assert "".join(joined(both)) == text
    found = [piece.sign for piece in (*both.seen, *both.rest) if piece.sign]
    assert set(found) <= {sign.value for sign in shown.pressed}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("one two three four", "one two three four"),
        ("one two three four five six", "one two three"),
        ("one\ntwo\nthree", "one\ntwo"),
        ("one\n\nthree", "one"),
        ("one\ntwo\n\n", "one\ntwo\n\n"),
        ("x" * 21, "x" * 16),
        (FAMILY * 11, FAMILY * 8),
    ],
)
def test_it_is_folded_at_the_end_of_a_word_with_room_for_what_is_pressed(text: str, seen: str) -> None:
    assert fold(text, Fold(lines=2, columns=10, word="mo", source="a test"))[0] == seen


@pytest.mark.parametrize(
    ("platform", "text", "signs"),
    [
        ("instagram", "#loaf @mill https://a.io #2026", ["#loaf", "@mill"]),
        ("facebook", "#loaf @mill https://a.io. #2026", ["#loaf", "https://a.io", "#2026"]),
        ("threads", "#loaf @mill https://a.io #2026", ["#loaf", "@mill", "https://a.io"]),
        ("facebook", "https://a.io/#top", ["https://a.io/#top"]),
    ],
)
def test_what_can_be_pressed_is_each_platforms_own(platform: str, text: str, signs: list[str]) -> None:
    both = folded(text, shown_of(platform))
    assert [piece.text for piece in (*both.seen, *both.rest) if piece.sign] == signs


def test_a_topic_takes_the_place_of_the_hashtag() -> None:
    assert not any(piece.sign for piece in folded("#loaf", shown_of("threads"), topic=True).seen)


@pytest.mark.parametrize("platform", list(PLATFORMS))
def test_every_form_that_is_taken_says_what_followers_see(platform: str) -> None:
    declared = PLATFORMS[platform]
    assert set(declared.shown) == set(declared.limits)
    for form, shown in declared.shown.items():
        assert bool(shown.fold) == bool(declared.limits[form].text)
        assert shown.unknown
        assert not shown.fold or (shown.fold.source and (shown.fold.verified or "not verified" in shown.fold.source))
        assert not shown.topic or shown.topic in {option.name for option in declared.options}


def test_a_platform_that_does_not_say_it_is_found() -> None:
    class Mute:
        limits = PLATFORMS["threads"].limits

    class Half(Mute):
        shown = {Form.TEXT: Shown(fold=None, unknown=("all",), pressed={Sign.LINK: 1})}

    assert unseen(Mute) == set(Mute.limits)  # type: ignore[arg-type]
    assert unseen(Half) == set(Mute.limits) - {Form.TEXT}  # type: ignore[arg-type]
    assert not any(unseen(PLATFORMS[name]) for name in PLATFORMS)


def test_letters_of_two_signs_stay_together() -> None:
    text = "e\u0301" * 30
    assert not unicodedata.combining(fold(text, Fold(lines=1, columns=20, word="more", source="a test"))[1][0])
