from __future__ import annotations

import dataclasses

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from publishing.platforms import Form
from publishing.platforms.facebook import FacebookPage
from publishing.platforms.instagram import Instagram
from publishing.platforms.threads import Threads
from publishing.posts.fitting import advice, fit, keeps_words, length, too_long
from publishing.posts.text_limits import room_for_words
from publishing.reasons.posts import TextTooLong, TooManyHashtags, TooManyMentions

FAMILY = "👩‍👩‍👧‍👦"
FLAG = "🇨🇭"
WAVE = "👋🏽"


def room_for(text: int, *, hashtags: int = 30, mentions: int = 20, count: str = "characters"):
    return dataclasses.replace(
        Instagram.limits[Form.PHOTO], text=text, hashtags=hashtags, mentions=mentions, count=count
    )


def clusters(text: str) -> list[str]:
    return regex.findall(r"\X", text)


pieces = st.one_of(
    st.sampled_from(
        [" ", "\n\n", ". ", "! ", "。", "#sun", "#été ", "@anna ", "a@b.ch", FAMILY, FLAG, WAVE, "❤️", "e\u0301", "1️⃣"]
    ),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Cf"]), max_size=12),
)
texts = st.lists(pieces, max_size=40).map("".join)
tags = st.lists(
    st.one_of(st.sampled_from(["sun", "#sun", "sun set", "#", "été", "हिन्दी", "1"]), st.text(max_size=8)), max_size=8
)
limits = st.builds(
    room_for,
    st.integers(min_value=1, max_value=120),
    hashtags=st.integers(min_value=0, max_value=5),
    mentions=st.integers(min_value=0, max_value=3),
    count=st.sampled_from(["characters", "utf8"]),
)


@pytest.mark.parametrize(
    "text", ["Grüezi", "G\u00fcnayd\u0131n \u0130zmir", "Привет", "おはよう", WAVE, FAMILY, "plain"]
)
def test_threads_counts_bytes_and_instagram_characters(text):
    assert length(text, Threads.limits[Form.PHOTO]) == len(text.encode())
    assert length(text, Instagram.limits[Form.PHOTO]) == len(text)


@pytest.mark.parametrize(
    ("platform", "useful"), [(Instagram, 5), (Threads, 1), (FacebookPage, 5)], ids=["instagram", "threads", "facebook"]
)
def test_more_hashtags_than_count_are_told_and_still_go_out(platform, useful):
    many = " ".join(f"#t{n}" for n in range(useful + 1))
    assert (advice(many, platform.limits[Form.PHOTO]), too_long(many, platform.limits[Form.PHOTO])) != ("", None)
    assert too_long(many, platform.limits[Form.PHOTO]) is None
    assert advice(many.rpartition(" ")[0], platform.limits[Form.PHOTO]) == ""
    thirty = " ".join(f"#t{n}" for n in range(40))
    assert fit(thirty, [], platform.limits[Form.PHOTO]).count("#") == 30


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * 500, True),
        ("x" * 501, False),
        ("x" * 495 + "\n\n#one #two", True),
        ("ü" * 251, False),
        (" ".join(f"@t{n}" for n in range(21)), False),
        (" ".join(f"#t{n}" for n in range(31)) + " and a word", False),
        (" ".join(f"#t{n}" for n in range(31)), True),
    ],
)
def test_only_hashtags_at_the_end_give_way_unseen(text, kept):
    assert keeps_words(text, Threads.limits[Form.PHOTO]) == kept


@pytest.mark.parametrize(("language", "letters"), [("en", 434), ("de", 434), ("ru", 263), ("ja", 172), ("zh-TW", 172)])
def test_the_brief_reckons_with_letters_of_several_bytes(language, letters):
    assert room_for_words(["instagram", "threads"], language).hard_limit == letters
    assert room_for_words(["instagram"], language).hard_limit == 2200


def test_the_brief_asks_for_as_many_hashtags_as_count_somewhere():
    assert room_for_words(["instagram", "threads"]).hashtags == 5
    assert room_for_words(["threads"]).hashtags == 1


def test_a_text_that_fits_stays_as_it_was_written():
    text = "One line.\n  An indented one.\n\n#a\n#b"
    assert fit(text, ["a", "#B"], Instagram.limits[Form.PHOTO]) == text


def test_hashtags_go_under_the_words():
    assert (
        fit("A sunny morning.", ["sun", "#Morning Light"], Instagram.limits[Form.PHOTO])
        == "A sunny morning.\n\n#sun #MorningLight"
    )


def test_hashtags_that_the_text_holds_already_are_not_repeated():
    assert (
        fit("A #Sun in the sky. #sky", ["sun", "sky", "new"], Instagram.limits[Form.PHOTO])
        == "A #Sun in the sky. #sky #new"
    )


def test_hashtags_give_way_before_words():
    assert fit("Twenty characters ok", ["one", "two"], room_for(27)) == "Twenty characters ok\n\n#one"


def test_a_long_text_is_cut_at_the_end_of_a_sentence():
    assert fit("It is morning here. The bread is warm and waits.", [], room_for(30)) == "It is morning here."


def test_without_a_sentence_to_end_it_is_cut_after_a_word():
    assert fit("the bread is warm and the door is open", [], room_for(24)) == "the bread is warm and…"


def test_without_a_word_to_end_it_is_cut_after_a_whole_emoji():
    assert fit(FAMILY * 5, [], room_for(40, count="utf8")) == f"{FAMILY}…"


def test_flags_are_not_cut_into_other_flags():
    assert fit(FLAG * 10, [], room_for(6)) == f"{FLAG}{FLAG}…"


def test_hashtags_inside_the_text_beyond_the_limit_lose_their_sign():
    assert fit("A #big #red #bus here", [], room_for(100, hashtags=1)) == "A #big red bus here"


def test_mentions_beyond_the_limit_lose_their_sign():
    assert fit("With @a, @b and me@x.ch", [], room_for(100, mentions=1)) == "With @a, b and me@x.ch"


def test_hashtags_keep_the_marks_of_their_script():
    assert fit("नमस्ते", ["हिन्दी"], Instagram.limits[Form.PHOTO]) == "नमस्ते\n\n#हिन्दी"


def test_what_is_no_hashtag_is_left_out():
    assert fit("Words", ["#", " ", "!!"], Instagram.limits[Form.PHOTO]) == "Words"


@pytest.mark.parametrize("platform", [FacebookPage, Instagram, Threads])
def test_the_longest_possible_text_is_not_too_long_and_one_more_is(platform):
    most = platform.limits[Form.PHOTO].text
    assert too_long("x" * most, platform.limits[Form.PHOTO]) is None
    told = too_long("x" * (most + 1), platform.limits[Form.PHOTO])
    assert isinstance(told, TextTooLong)
    assert (told.over, told.most) == (1, most)


def test_too_many_hashtags_and_mentions_are_told_too():
    tags, names = (" ".join(f"{sign}t{n}" for n in range(31)) for sign in "#@")
    assert too_long(tags, Instagram.limits[Form.PHOTO]) == TooManyHashtags(found=31, most=30)
    assert too_long(names, Instagram.limits[Form.PHOTO]) == TooManyMentions(found=31, most=20)


@given(texts, tags, limits)
def test_what_comes_out_always_fits(text, hashtags, limits):
    assert too_long(fit(text, hashtags, limits), limits) is None


@given(texts, tags, limits)
@example("word @#b", [], room_for(50, hashtags=0, mentions=0))
@example(f"{FAMILY}#sun", ["sun"], room_for(4, hashtags=1))
def test_fitting_twice_changes_nothing(text, hashtags, limits):
    once = fit(text, hashtags, limits)
    assert fit(once, hashtags, limits) == once
    assert fit(once, [], limits) == once


@given(texts, limits)
def test_no_letter_or_emoji_is_cut_in_two(text, limits):
    words = text.replace("#", "").replace("@", "").strip()
    kept = clusters(fit(words, [], limits).removesuffix("…"))
    assert kept == clusters(words)[: len(kept)]


@given(texts, tags)
def test_nothing_is_lost_while_there_is_room(text, hashtags):
    assert fit(text, hashtags, FacebookPage.limits[Form.PHOTO]).startswith(text.strip().split("#")[0].strip())


def test_a_text_of_hashtags_as_long_as_facebook_takes_is_fitted_quickly():
    text = "#a " * 30_000
    assert (
        length(fit(text, ["b"], Instagram.limits[Form.PHOTO]), Instagram.limits[Form.PHOTO])
        <= Instagram.limits[Form.PHOTO].text
    )
