"""Good captions go out: of five hundred in six languages at most one in a hundred waits, and none is cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.writing.good_captions import LANGUAGES, Good, good_captions
from writing.caption_cleanup import Bounds, Draft, Tidied, tidy
from writing.output_checks.languages import is_written_in

GOOD = good_captions()


def tidied(good: Good) -> Tidied:
    bounds = Bounds(hard_limit=2200, max_hashtags=30, sweet_spot=200, said=good.said, language=good.language)
    return tidy(Draft(good.text, (good.alt_text,), good.hashtags), bounds)


def test_there_are_five_hundred_different_ones():
    assert len({good.text for good in GOOD}) == len(GOOD) == 500


@pytest.mark.slow
@pytest.mark.parametrize("one_in", [5, pytest.param(1, marks=pytest.mark.thorough)])
def test_at_most_one_in_a_hundred_is_held_and_every_word_of_each_stays(one_in):
    results = [(good, tidied(good)) for good in GOOD[::one_in]]
    held = {good.text: result.holds for good, result in results if result.holds}
    assert len(held) <= len(results) / 100, held
    assert [good.text for good, result in results if result.text != good.text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_asked_for_another_language_nearly_all_are_noticed(language):
    others = [good for good in GOOD if good.language != language]
    missed = [good.text for good in others if is_written_in(good.text, language)]
    assert len(missed) <= len(others) * 0.03


FOLDER = Path(__file__).parent / "captions"
FIGURES = (FOLDER / "figures.txt").read_text(encoding="utf-8").splitlines()
IN_LANGUAGES = [line.split(" | ") for line in (FOLDER / "languages.txt").read_text(encoding="utf-8").splitlines()]


@pytest.mark.slow
def test_prices_times_dates_ratios_and_abbreviations_go_out_and_many_languages():
    tried = [("", text) for text in FIGURES] + [(language, text) for language, text in IN_LANGUAGES]
    results = {text: tidied(Good(language, text, "A picture of the day.", ())).holds for language, text in tried}
    held = {text: holds for text, holds in results.items() if holds}
    assert len(results) > 200
    assert len(held) <= len(results) * 0.01, held
