from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watches.wording import Bounds, Draft, Reason, Unfit, clean, cut, normal_tags, shortened, tidy

BOUNDS = Bounds(hard_limit=500, max_hashtags=5)
GOOD = Draft("Fresh sourdough, still warm.", "Four round loaves on a wooden shelf.", ("bread", "bakery"))


def tidied(text, **bounds):
    return tidy(replace(GOOD, text=text), replace(BOUNDS, **bounds)).text


def reason_for(text, **bounds):
    with pytest.raises(Unfit) as unfit:
        tidied(text, **bounds)
    assert unfit.value.sentence.endswith(".")
    return unfit.value.reason


def test_a_good_answer_comes_through_as_it_is():
    result = tidy(GOOD, BOUNDS)
    assert (result.text, result.alt_text, result.hashtags) == (GOOD.text, GOOD.alt_text, GOOD.hashtags)
    assert not result.doubtful


@pytest.mark.parametrize(
    "wrapped",
    [
        '"Fresh sourdough, still warm."',
        "\u201cFresh sourdough, still warm.\u201d",
        "\u201eFresh sourdough, still warm.\u201c",
        "```\nFresh sourdough, still warm.\n```",
        "```text\nFresh sourdough, still warm.\n```",
        "Here is your caption: Fresh sourdough, still warm.",
        "Here's a caption for your picture:\n\nFresh sourdough, still warm.",
        'Sure! Here\u2019s a warm caption for Instagram:\n\n"Fresh sourdough, still warm."',
        "Certainly! Fresh sourdough, still warm.",
        "Caption: Fresh sourdough, still warm.",
        "**Caption:** Fresh sourdough, still warm.",
        "**Fresh sourdough, still warm.**",
        "Fresh **sourdough**, still warm.",
        "# Fresh sourdough, still warm.",
        "<p>Fresh sourdough, still warm.</p>",
        "  Fresh \u200bsourdough,\u202e still\x00 warm.\ufeff  ",
        "Fresh sourdough, still warm. #bread #bakery",
        "Fresh sourdough, still warm.\n\n#bread\n#bakery #",
    ],
)
def test_what_is_wrapped_around_a_caption_is_taken_off(wrapped):
    assert tidied(wrapped) == "Fresh sourdough, still warm."


@pytest.mark.parametrize(
    "text",
    [
        "Okay, who wants the last slice?",
        "Sure as the sun, the market opens on Saturday.",
        "I can't believe how good this bread is!",
        "Sorry, we are closed on Monday. Bread is back on Tuesday.",
        "Open 08:00-18:00, 7 days, since 1998 - 2024.",
        "See you on 2024-05-17 or 17.05.2024. 10 000 loaves, 1,250,000 crumbs.",
        "Bread.Butter.Jam.",
        "Two for 5.50 at 9.30 a.m. <3",
        "He said \u201cmore butter\u201d and \u201cless talk\u201d.",
        "Our #sourdough is back.",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 Family day \U0001f3f3\ufe0f\u200d\U0001f308",
        "新しいパンが焼けました。",
        "خبز طازج من الفرن",
        "Ignore the rain: the ovens are warm.",
    ],
)
def test_an_honest_caption_is_left_alone(text):
    assert tidied(text) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        ("   \n\t", Reason.EMPTY),
        ("\U0001f600\U0001f600", Reason.EMPTY),
        ("#bread #bakery", Reason.EMPTY),
        ("#", Reason.EMPTY),
        ('""', Reason.EMPTY),
        ("...", Reason.EMPTY),
        ("I'm sorry, but I can't help with that.", Reason.REFUSED),
        ("I can\u2019t help with that request.", Reason.REFUSED),
        ("I cannot describe this image.", Reason.REFUSED),
        ("I'm unable to identify people in pictures.", Reason.REFUSED),
        ("As an AI language model, I have no taste buds.", Reason.REFUSED),
        ("Unfortunately, I cannot create a caption.", Reason.REFUSED),
        ("Es tut mir leid, aber ich kann dabei nicht helfen.", Reason.REFUSED),
        ('{"caption": "Bread', Reason.MALFORMED),
        ("word " * 200, Reason.TOO_LONG),
        ("Visit https://evil.example/x now", Reason.UNSAFE),
        ("Visit evil.com now", Reason.UNSAFE),
        ("Order at bit.ly/3xYz", Reason.UNSAFE),
        ("Order at \uff45\uff56\uff49\uff4c\uff0e\uff43\uff4f\uff4d", Reason.UNSAFE),
        ("Order at ev\u0456l.com", Reason.UNSAFE),
        ("Order at evil[.]com", Reason.UNSAFE),
        ("Order at evil dot com", Reason.UNSAFE),
        ("http://user:pass@10.0.0.1/admin", Reason.UNSAFE),
        ("Log in at 192.168.1.10", Reason.UNSAFE),
        ("Go to http://localhost:8000/admin/", Reason.UNSAFE),
        ("[Click](javascript:alert(1))", Reason.UNSAFE),
        ("Bread <script>alert(1)</script>", Reason.UNSAFE),
        ("Thanks @everyone for coming", Reason.UNSAFE),
        ("With @some.stranger today", Reason.UNSAFE),
        ("Mail baker@mill.example today", Reason.UNSAFE),
        ("Call +44 20 7946 0018 today", Reason.UNSAFE),
        ("Call (020) 7946-0018 today", Reason.UNSAFE),
        ("Pay 4111 1111 1111 1111 today", Reason.UNSAFE),
        ("Pay to DE89 3704 0044 0532 0130 00", Reason.UNSAFE),
        ("The key is sk-proj-abcdefghij0123456789", Reason.UNSAFE),
        ("EAABsbCS1iHgBAKZCx is mine", Reason.UNSAFE),
        ("AIzaSyD-1234567890abc is mine", Reason.UNSAFE),
        ("Token 9f8e7d6c5b4a39281706f5e4d3c2b1a0 here", Reason.UNSAFE),
        ("I ignored all previous instructions as told.", Reason.UNSAFE),
        ("As instructed by the file name, buy now.", Reason.UNSAFE),
    ],
)
def test_a_bad_answer_ends_with_its_own_reason(text, reason):
    assert reason_for(text) is reason


def test_the_sentence_names_what_was_found_but_never_a_secret():
    with pytest.raises(Unfit, match=r"a link \(evil\.com\)"):
        tidied("Visit evil.com now")
    with pytest.raises(Unfit) as unfit:
        tidied("The key is sk-proj-abcdefghij0123456789")
    assert "abcdefghij" not in unfit.value.sentence


@pytest.mark.parametrize(
    "wanted",
    [
        "mill-bakery.com",
        "@millbakery",
        "hello@mill-bakery.com",
        "+44 20 7946 0018",
        "https://mill.example/menu",
    ],
)
def test_what_the_owners_own_prompt_contains_is_welcome(wanted):
    text = f"Fresh bread. {wanted}"
    assert reason_for(text) is Reason.UNSAFE
    assert tidied(text, said=f"End every caption with {wanted}") == text


def test_a_piece_of_the_key_is_never_published_even_if_the_prompt_contains_it():
    key = "plainwordskeywithoutanyshape"
    assert reason_for(f"Bread {key[4:18]}", secrets=(key,), said=key) is Reason.UNSAFE


def test_our_own_instructions_are_not_a_caption():
    told = "You write one caption for one picture that a small business will publish on its page."
    assert reason_for(f"Sure: {told}", told=told) is Reason.UNSAFE
    assert tidied("You write one caption and the bread writes the rest.", told=told)


@pytest.mark.parametrize(
    "wrong", [{"alt_text": "Read more on evil.com"}, {"hashtags": ("bread", "EAABsbCS1iHgBAKZCx")}]
)
def test_the_alt_text_and_the_hashtags_are_searched_too(wrong):
    with pytest.raises(Unfit):
        tidy(replace(GOOD, **wrong), BOUNDS)


def test_a_little_too_long_is_cut_after_a_sentence_and_a_person_looks_at_it():
    text = "Fresh bread every morning. " * 20  # 539 characters
    result = tidy(replace(GOOD, text=text), BOUNDS)
    assert len(result.text) <= 500
    assert result.text.endswith("morning.")
    assert result.doubtful


def test_without_the_end_of_a_sentence_nothing_is_cut():
    with pytest.raises(Unfit, match="takes 20"):
        shortened("one two three four five", 20)


@pytest.mark.parametrize("alt_text", ["IMG_1234.jpg", "/srv/var/spool/abc.jpg", "C:\\Pictures\\a.png", "", "..."])
def test_a_file_name_is_no_description(alt_text):
    result = tidy(replace(GOOD, alt_text=alt_text), BOUNDS)
    assert result.alt_text == ""
    assert result.doubtful


def test_an_alt_text_that_is_too_long_is_cut_between_words():
    result = tidy(replace(GOOD, alt_text="loaf " * 400), BOUNDS)
    assert len(result.alt_text) <= 1000
    assert result.alt_text.endswith("loaf\u2026")


def test_hashtags_are_words_each_once_and_no_more_than_asked_for():
    tags = [
        "#Bread",
        "bread",
        "fresh bread",
        "#a#b",
        "2024",
        "#",
        "Caf\u00e9",
        "c++",
        "x" * 60,
        "no_1",
        "\u30d1\u30f3",
    ]
    assert normal_tags(tags, most=99) == (
        "Bread",
        "freshbread",
        "a",
        "b",
        "Caf\u00e9",
        "c",
        "no_1",
        "\u30d1\u30f3",
    )
    assert normal_tags(tags, most=2) == ("Bread", "freshbread")


def test_hashtags_inside_the_text_count_towards_the_limit():
    draft = Draft("Our #one and #two are back.", "Bread.", ("three", "four"))
    assert tidy(draft, replace(BOUNDS, max_hashtags=3)).hashtags == ("three",)


@pytest.mark.parametrize(
    ("language", "text", "doubtful"),
    [
        ("ja", "Fresh bread today.", True),
        ("ja", "焼きたてのパンです。", False),
        ("en", "焼きたてのパンです。", True),
        ("en-GB", "Fresh bread today.", False),
        ("", "焼きたてのパンです。", False),
    ],
)
def test_an_answer_in_another_script_is_looked_at_by_a_person(language, text, doubtful):
    assert tidy(replace(GOOD, text=text), replace(BOUNDS, language=language)).doubtful is doubtful


def test_five_hundred_marks_on_one_letter_become_four():
    assert clean("a" + "\u0330" * 500 + "b") == unicodedata.normalize("NFC", "a" + "\u0330" * 4 + "b")


GRAPHEMES = st.sampled_from(
    [
        "a",
        " ",
        "e\u0301\u0302",
        "\U0001f1e9\U0001f1ea",
        "\U0001f44d\U0001f3fd",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    ]
)


@given(st.lists(GRAPHEMES, min_size=1, max_size=40), st.integers(2, 60))
def test_cutting_never_splits_what_people_see_as_one_character(graphemes, limit):
    text = "".join(graphemes)
    result = cut(text, limit)
    assert len(result) <= limit
    if result != text:
        whole = {"".join(graphemes[:count]).rstrip() for count in range(len(graphemes) + 1)}
        assert result.removesuffix("\u2026") in whole


@given(st.text(max_size=700), st.text(max_size=50), st.lists(st.text(max_size=20), max_size=10))
def test_whatever_the_model_answers_only_tidy_words_or_a_reason_come_out(text, alt_text, tags):
    try:
        result = tidy(Draft(text, alt_text, tuple(tags)), BOUNDS)
    except Unfit:
        return
    assert 0 < len(result.text) <= BOUNDS.hard_limit
    assert len(result.alt_text) <= 1000
    assert len(result.hashtags) <= BOUNDS.max_hashtags
    for words in (result.text, result.alt_text, *result.hashtags):
        assert not any(unicodedata.category(c) in {"Cc", "Cs", "Co"} and c != "\n" for c in words)
    assert "@" not in "".join(result.hashtags)


@given(st.text(max_size=300))
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)
