"""What is not for readers, in many languages and many signs; and what looks like it and is for readers all the same.

The lists stand in `captions/*.txt`, one text a line, \u23ce for a line break.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writing.output_checks.chatter import alternatives, chatter, without_lines_about_it
from writing.output_checks.hashtags import unsupported
from writing.output_checks.languages import is_written_in
from writing.output_checks.markup import leftover, unmarked
from writing.output_checks.numbers import foreign_numbers
from writing.output_checks.placeholders import placeholders
from writing.output_checks.refusals import is_refusal, refusal_inside
from writing.output_checks.repeats import breaks_off, repeated

FOLDER = Path(__file__).parent / "captions"


def lines(name):
    return [line.replace(" \u23ce ", "\n") for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("text", lines("refusals"))
def test_a_refusal_is_told_in_any_language(text):
    assert is_refusal(text)
    assert refusal_inside(f"Fresh bread. {text}")


@pytest.mark.parametrize("text", lines("no_refusals"))
def test_a_caption_may_say_what_somebody_cannot(text):
    assert not refusal_inside(text)


@pytest.mark.parametrize("text", lines("chatter"))
def test_a_text_that_speaks_of_itself_is_told(text):
    assert chatter(text)


@pytest.mark.parametrize("text", lines("alternatives"))
def test_a_choice_of_captions_is_told(text):
    assert alternatives(text)


@pytest.mark.parametrize("text", lines("no_chatter"))
def test_a_caption_may_begin_and_end_like_chatter(text):
    assert chatter(text) + alternatives(text) == ""
    assert without_lines_about_it(text) == text


@pytest.mark.parametrize("text", lines("placeholders"))
def test_what_was_to_be_filled_in_is_told_by_its_signs(text):
    assert placeholders(text, "")


@pytest.mark.parametrize(
    "text",
    [
        "<3 bread", "Two for 5.50 <3 and >3", "100% so good", "[ad] bread", "[Anzeige] Brot", "[2/3] bread",
        "[EN] Bread", "TODO a mitad de precio", "50 % off", "snake #my_tag", "@my_shop", "He said: (your turn!)",
        "It costs $5", "Love you xxx", "$5 and $10", "5 > 3 < 7", "Wir sind da (und du?)", "(add butter to taste)",
        "Null Bock, null Uhr",
        "\u3010New\u3011 bread", "...",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_placeholder_is_none(text):
    assert placeholders(text, "") == []


def test_brackets_that_the_owner_uses_are_meant_so():
    assert placeholders("[Rezept] Brot", "Beginne mit [Rezept].") == []
    assert placeholders("Bread from {shop}", "Write about {shop}.") == ["{shop}"]


@pytest.mark.parametrize(
    "text",
    [
        "Fresh bread. " * 20,
        "fresh bread " * 12,
        "Frisches Brot, noch warm. " * 3,
        "a" * 30,
        "The bread is good. The rye is good. The bread is good. The oats are good. The bread is good.",
        "新しいパンが焼けましたよ。" * 5,
    ],
)
def test_a_model_that_got_stuck_is_told(text):
    assert repeated(text)


@pytest.mark.parametrize(
    "text",
    [
        "Yes! Yes! Yes!",
        "Row, row, row your boat",
        "Happy birthday to you. Happy birthday to you.",
        "so, so good",
        "Mmmmmmmm",
        "soup, soup and more soup",
        "la la la",
        "\U0001f525\U0001f525\U0001f525\U0001f525\U0001f525\U0001f525",
    ],
)
def test_a_refrain_is_no_model_that_got_stuck(text):
    assert repeated(text) == ""


@pytest.mark.parametrize(
    "text", ["Fresh from the", "Frisch aus dem Ofen und", "Recién salido del", "Bread, butter,", "Taze ekmek ve"]
)
def test_a_text_that_breaks_off_is_told(text):
    assert breaks_off(text)


@pytest.mark.parametrize(
    "text",
    ["Wir sind da", "Come on in", "Ich mach auf", "See mill-bakery.com", "That's what it's for", "Bread \U0001f35e"],
)
def test_a_text_may_end_without_a_full_stop(text):
    assert breaks_off(text) == ""


@pytest.mark.parametrize(
    ("language", "text", "is_it"),
    [
        ("ja", "Fresh bread today.", False),
        ("ja", "焼きたてのパンです。", True),
        ("en", "焼きたてのパンです。", False),
        ("en-GB", "Fresh bread today.", True),
        ("", "焼きたてのパンです。", True),
        ("en", "Frisches Brot aus dem Ofen, noch warm und duftend.", False),
        ("de", "Fresh bread from the oven, still warm and fragrant.", False),
        ("pt-BR", "Pan recién salido del horno, todavía caliente.", False),
        ("fr", "Pane appena sfornato, ancora caldo e profumato.", False),
        ("uk", "Taze ekmek fırından yeni çıktı.", False),
        ("en", "Pizza Margherita!", True),
        ("en", "#frischesbrot #bäckerei #sauerteig #vollkorn", True),
        ("no", "Ferskt brød fra ovnen, fortsatt varmt.", True),
        ("da", "Ferskt brød fra ovnen, fortsatt varmt.", True),
        ("xx", "Ferskt brød fra ovnen, fortsatt varmt.", True),
    ],
)
def test_the_language_is_guessed_where_there_is_enough_to_guess_from(language, text, is_it):
    assert is_written_in(text, language) is is_it


@pytest.mark.parametrize(
    "tag",
    ["bread", "bakery", "sourdoughbread", "freshbread", "foodphotography", "Weekend", "summer2025", "brot", "warm"],
)
def test_a_hashtag_of_the_same_topic_is_supported(tag):
    assert unsupported([tag], "Fresh sourdough. Four loaves on a shelf.") == []


@pytest.mark.parametrize(
    ("tag", "known"),
    [
        ("millbakery", "Write for the Mill Bakery."),
        ("パン屋", "新しいパンが焼けました。"),
        ("хлеб", "Свежий хлеб из печи."),
        ("crème", "Creme and cake"),
        ("straßenfest", "Unser Strassenfest"),
        ("bäckereimüller", "Bäckerei Müller"),
    ],
)
def test_a_hashtag_may_be_made_of_what_the_owner_or_the_picture_says(tag, known):
    assert unsupported([tag], known) == []


def test_a_hashtag_does_not_support_itself():
    assert unsupported(["zebracoin"], "Fresh bread #zebracoin") == ["zebracoin"]


@given(st.text(max_size=200))
def test_taking_marks_off_twice_is_taking_them_off_once_or_leaves_less(text):
    once = unmarked(text)
    assert len(unmarked(once)) <= len(once)
    assert leftover(once) == leftover(once)


@given(st.text(alphabet="ab1 .@#*_[]{}<>/:-\n", max_size=120))
def test_whatever_is_looked_through_there_is_an_answer(text):
    for check in (chatter, alternatives, repeated, breaks_off, leftover, refusal_inside):
        assert isinstance(check(text), str)
    assert isinstance(placeholders(text, ""), list)


@pytest.mark.parametrize(
    "text",
    [
        "Call +12 34 56",  # six digits are enough behind a +
        "Order at 71, 23, 45, 12, 88 now",  # a list rises
        "five five five five five five five",  # no count
    ],
)
def test_a_short_number_a_list_that_does_not_rise_and_one_digit_again_and_again_are_told(text):
    assert foreign_numbers(text, "")


@pytest.mark.parametrize("text", ["Sizes 36, 38, 40, 42, 44 are here", "one two three four five six seven"])
def test_a_list_of_sizes_and_a_count_are_no_numbers_to_call(text):
    assert foreign_numbers(text, "") == []
