from __future__ import annotations

import pytest

from writing.holds import HARMLESS, LONGEST_FOUND, Doubt, Hold, sentences, serious
from writing.reasons.doubts import MOST_TOLD


@pytest.mark.parametrize("code", Doubt)
def test_every_doubt_is_a_sentence_and_an_act(code):
    told = sentences([Hold(code).stored()])
    assert told.count(".") >= 2
    assert "{" not in told


def test_what_was_found_is_shown_on_one_short_line():
    stored = Hold(Doubt.LINK, "evil.com/\n" + "x" * 500).stored()
    assert "\n" not in stored["found"]
    assert len(stored["found"]) <= LONGEST_FOUND
    assert f"({stored['found']})" in sentences([stored])


def test_a_code_of_another_version_asks_for_a_look_all_the_same():
    assert sentences([{"code": "from_tomorrow"}])
    assert serious([{"code": "from_tomorrow"}])
    assert sentences([]) == ""


def test_a_caption_that_is_wrong_in_every_way_is_told_shortly():
    told = sentences([Hold(code).stored() for code in Doubt])
    assert told.count(".") <= MOST_TOLD + 1


def test_how_a_caption_came_about_is_harmless_and_what_it_says_is_not():
    assert serious([Hold(code).stored() for code in HARMLESS]) == []
    assert len(serious([Hold(code).stored() for code in Doubt])) == len(Doubt) - len(HARMLESS)
