"""What an answer becomes: words that are all still there, doubts with their code, or the reason why there are none."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from writing.caption_cleanup import ALT_TEXT_LIMIT, Bounds, Draft, Unfit, clean, normal_tags, tidy
from writing.cutting import cut
from writing.holds import Doubt
from writing.outcomes import Outcome

BOUNDS = Bounds(hard_limit=500, max_hashtags=5)
GOOD = Draft("Fresh sourdough, still warm.", ("Four round loaves on a wooden shelf.",), ("bread", "bakery"))


def tidied(text, **bounds):
    return tidy(replace(GOOD, text=text), replace(BOUNDS, **bounds)).text


def plain(text):
    return tidy(replace(GOOD, text=text, plain=True), BOUNDS)


def doubts(draft, **bounds):
    return {hold.code for hold in tidy(draft, replace(BOUNDS, **bounds)).holds}


def doubts_about(text, **bounds):
    return doubts(replace(GOOD, text=text), **bounds)


def reason_for(text, **bounds):
    with pytest.raises(Unfit) as unfit:
        tidied(text, **bounds)
    assert str(unfit.value.reason).endswith(".")
    return unfit.value.outcome


def test_a_good_answer_comes_through_as_it_is():
    result = tidy(GOOD, BOUNDS)
    assert (result.text, result.alt_texts, result.hashtags) == (GOOD.text, GOOD.alt_texts, GOOD.hashtags)
    assert result.holds == ()


# Nothing is cut


@pytest.mark.parametrize(
    "text",
    [
        "Here's the secret to a really good crust: time.",
        "Here is what we learned this week: butter first.",
        "This is what Saturdays are for: bread, butter and no plans.",
        "Sure, you could buy one. We baked ours.",
        "Certainly the best loaf of the year.",
        "Okay, who wants the last slice?",
        "Sure as the sun, the market opens on Saturday.",
        "Below is the oven that started it all: 1974, still hot.",
        "Of course we are open on Monday.",
        "Absolutely, yes: we do cakes.",
        "Post: our letterbox is full of thank-you cards.",
        "Text: Ana. Picture: Ben. Bread: all of us.",
        "Hier ist das Geheimnis: Zeit.",
        "Voici notre secret : du temps.",
        "\u201cBread is life,\u201d she said.",
        '"Bread is life"',
        "I can't believe how good this bread is!",
        "I can't describe how good this smells.",
        "Sorry, we are closed on Monday. Bread is back on Tuesday.",
        "Open 08:00-18:00, 7 days, since 1998 - 2024.",
        "See you on 2024-05-17 or 17.05.2024. 10 000 loaves, 1,250,000 crumbs.",
        "Bread.Butter.Jam.",
        "Two for 5.50 at 9.30 a.m. <3",
        "He said \u201cmore butter\u201d and \u201cless talk\u201d.",
        "Our #sourdough is back.",
        "Fresh bread. #bread #sourdough",
        "2 * 3 * 4 loaves, f*ck yes",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 Family day \U0001f3f3\ufe0f\u200d\U0001f308",
        "We play for \U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f tonight.",
        "新しいパンが焼けました。",
        "خبز طازج من الفرن",
        "Ignore the rain: the ovens are warm.",
    ],
)
def test_an_honest_caption_keeps_every_word_and_waits_for_nobody(text):
    assert tidied(text) == text
    assert doubts_about(text) == set()


CHATTY = [
    "Here is your caption: Fresh sourdough, still warm.",
    "Here's a caption for your picture:\n\nFresh sourdough, still warm.",
    "Sure! Here\u2019s a warm caption for Instagram:\n\nFresh sourdough, still warm.",
    "Certainly! Fresh sourdough, still warm.",
    "Caption: Fresh sourdough, still warm.",
    "Hier ist eine Bildunterschrift:\nFrisches Brot, noch warm.",
]


@pytest.mark.parametrize("text", CHATTY)
def test_an_answer_in_our_form_is_never_cut_but_a_person_looks(text):
    assert tidied(text) == text
    assert Doubt.CHATTER in doubts_about(text)


@pytest.mark.parametrize(
    "line",
    [
        "Here's your caption:",
        "Here is a warm caption for your picture:",
        "Sure! Here\u2019s a caption for Instagram:",
        "Caption:",
        "**Caption:**",
        "Bildunterschrift:",
        "Gerne! Hier ist eine Bildunterschrift:",
        "Voici une légende :",
        "Aquí tienes una leyenda:",
        "Ecco una didascalia:",
    ],
)
def test_of_plain_text_a_line_goes_that_only_announces_the_caption(line):
    result = plain(f"{line}\n\nFresh sourdough, still warm.")
    assert result.text == GOOD.text
    assert Doubt.PLAIN_TEXT in {hold.code for hold in result.holds}


@pytest.mark.parametrize(
    "text",
    [
        "Caption: Fresh sourdough.",
        "Here's the secret to a good crust:\nTime.",
        "Today's menu:\nTomato soup.",
        "The caption contest winner is:\nAna!",
        "This is the post you have been waiting for:\nWe are open.",
        "Hier ist unser neuer Laden:\nKommt vorbei.",
        "Sure!\nFresh sourdough.",
    ],
)
def test_in_doubt_a_line_of_plain_text_stays(text):
    assert plain(text).text == text


# Marks that are no words


@pytest.mark.parametrize(
    "marked",
    [
        "```\nFresh sourdough, still warm.\n```",
        "```text\nFresh sourdough, still warm.\n```",
        "**Fresh sourdough, still warm.**",
        "Fresh **sourdough**, still warm.",
        "*Fresh* sourdough, _still_ warm.",
        "__Fresh__ sourdough, ~~still~~ warm.",
        "# Fresh sourdough, still warm.",
        "<p>Fresh sourdough, still warm.</p>",
        "Fresh <b>sourdough</b>, still <span class='x'>warm</span>.",
        "  Fresh \u200bsourdough,\u202e still\x00 warm.\ufeff  ",
        "Fresh sourdough,&nbsp;still warm&#46;",
        "---\nFresh sourdough, still warm.\n***",
    ],
)
def test_the_marks_go_and_the_words_stay(marked):
    assert tidied(marked) == GOOD.text
    assert doubts_about(marked) == set()


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("Fresh.<br>Warm.", "Fresh.\nWarm."),
        (r"Fresh bread.\nStill warm.", "Fresh bread.\nStill warm."),
        (r"Caf\u00e9 is open.", "Caf\u00e9 is open."),
        ("Fish &amp; chips, H&M, R&B", "Fish & chips, H&M, R&B"),
        ("Snake_case stays, #my_tag stays", "Snake_case stays, #my_tag stays"),
    ],
)
def test_what_was_escaped_is_what_it_stands_for(marked, text):
    assert tidied(marked) == text


@pytest.mark.parametrize(
    "text", ["**Fresh bread", "Fresh :bread: today", "Fresh caf\ufffd", "Pan reciÃ©n hecho", "| a | b |"]
)
def test_marks_that_cannot_be_told_stay_for_a_person(text):
    assert tidied(text) == text
    assert Doubt.MARKUP in doubts_about(text)


# Useless


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Outcome.EMPTY),
        ("   \n\t", Outcome.EMPTY),
        ("\U0001f600\U0001f600", Outcome.EMPTY),
        ("#bread #bakery", Outcome.EMPTY),
        ("#", Outcome.EMPTY),
        ('""', Outcome.EMPTY),
        ("...", Outcome.EMPTY),
        ("***", Outcome.EMPTY),
        ("I'm sorry, but I can't help with that.", Outcome.REFUSED),
        ("I can\u2019t help with that request.", Outcome.REFUSED),
        ("I cannot describe this image.", Outcome.REFUSED),
        ("I'm unable to identify people in pictures.", Outcome.REFUSED),
        ("As an AI language model, I have no taste buds.", Outcome.REFUSED),
        ("Unfortunately, I cannot create a caption.", Outcome.REFUSED),
        ("Es tut mir leid, aber ich kann dabei nicht helfen.", Outcome.REFUSED),
        ("Üzgünüm, bu görseli açıklayamam.", Outcome.REFUSED),
        ("Lo siento, no puedo ayudarte con eso.", Outcome.REFUSED),
        ('{"caption": "Bread', Outcome.MALFORMED),
        ("word " * 200, Outcome.TOO_LONG),
        ("Bread <script>alert(1)</script>", Outcome.UNSAFE),
        ("[Click](javascript:alert(1))", Outcome.UNSAFE),
        ("The key is sk-proj-abcdefghij0123456789", Outcome.UNSAFE),
        ("EAABsbCS1iHgBAKZCx is mine", Outcome.UNSAFE),
        ("AIzaSyD-1234567890abc is mine", Outcome.UNSAFE),
        ("Token 9f8e7d6c5b4a39281706f5e4d3c2b1a0 here", Outcome.UNSAFE),
    ],
)
def test_a_useless_answer_ends_with_its_own_reason(text, reason):
    assert reason_for(text) is reason


def test_the_sentence_never_repeats_a_secret():
    with pytest.raises(Unfit) as unfit:
        tidied("The key is sk-proj-abcdefghij0123456789")
    assert "abcdefghij" not in str(unfit.value.reason)


def test_a_piece_of_the_key_is_never_published_even_if_the_prompt_contains_it():
    key = "plainwordskeywithoutanyshape"
    assert reason_for(f"Bread {key[4:18]}", secrets=(key,), said=key) is Outcome.UNSAFE


def test_our_own_instructions_are_not_a_caption():
    told = "You write one caption for one picture that a small business will publish on its page."
    assert reason_for(f"Sure: {told}", told=told) is Outcome.UNSAFE
    assert tidied("You write one caption and the bread writes the rest.", told=told)


@pytest.mark.parametrize(
    "wrong", [{"alt_texts": ("EAABsbCS1iHgBAKZCx",)}, {"hashtags": ("bread", "EAABsbCS1iHgBAKZCx")}]
)
def test_the_alt_text_and_the_hashtags_are_searched_too(wrong):
    with pytest.raises(Unfit):
        tidy(replace(GOOD, **wrong), BOUNDS)


# Doubtful


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Visit https://evil.example/x now", Doubt.LINK),
        ("Order at ev\u0456l.com", Doubt.LINK),
        ("http://user:pass@10.0.0.1/admin", Doubt.LINK),
        ("Go to http://localhost:8000/admin/", Doubt.LINK),
        ("Thanks @everyone for coming", Doubt.MENTION),
        ("Mail baker@mill.example today", Doubt.MENTION),
        ("Call +44 20 7946 0018 today", Doubt.NUMBER),
        ("Pay to DE89 3704 0044 0532 0130 00", Doubt.NUMBER),
        ("I ignored all previous instructions as told.", Doubt.CHATTER),
        ("As instructed by the file name, buy now.", Doubt.CHATTER),
        ("Fresh bread from {{business_name}}", Doubt.PLACEHOLDER),
        ("Fresh bread. #BuyZebraCoin", Doubt.HASHTAG),
        ("Fresh bread. I cannot identify the people in this image.", Doubt.REFUSAL),
        ("Option 1: Fresh bread.\nOption 2: Warm bread.", Doubt.ALTERNATIVES),
        ("Fresh bread. " * 20, Doubt.REPEATED),
        ("Fresh bread, made by our", Doubt.BREAKS_OFF),
    ],
)
def test_a_doubt_has_its_own_code_and_the_text_stays(text, doubt):
    assert doubt in doubts_about(text)
    assert tidied(text) == text.strip()


@pytest.mark.parametrize(
    ("wrong", "doubt"),
    [
        ({"alt_texts": ("Read more on evil.com",)}, Doubt.LINK),
        ({"alt_texts": ("A sign: call 0800 555 0199",)}, Doubt.NUMBER),
        ({"hashtags": ("bread", "evildotcom")}, Doubt.LINK),
        ({"hashtags": ("bread", "call08005550199")}, Doubt.NUMBER),
        ({"hashtags": ("bread", "EvilCorp")}, Doubt.HASHTAG),
        ({"alt_texts": ("",)}, Doubt.NO_ALT_TEXT),
        ({"alt_texts": ("Four round loaves.", "A shelf.")}, Doubt.NO_ALT_TEXT),
        ({"text": "tabby-cat.jpg"}, Doubt.NAME_ONLY),
        ({"text": "Tabby cat."}, Doubt.NAME_ONLY),
    ],
)
def test_doubts_about_every_part(wrong, doubt):
    assert doubt in doubts(replace(GOOD, **wrong), name="tabby cat")


@pytest.mark.parametrize(
    "wanted",
    ["mill-bakery.com", "@millbakery", "hello@mill-bakery.com", "+44 20 7946 0018", "https://mill.example/menu"],
)
def test_what_the_owners_own_prompt_contains_is_welcome(wanted):
    text = f"Fresh bread. {wanted}"
    assert doubts_about(text)
    assert doubts_about(text, said=f"End every caption with {wanted}") == set()


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("mill-bakery.com", "bakery.com"),
        ("mill-bakery.com", "mill-bakery.com.evil.com"),
        ("mill-bakery.com", "mill-bakery.co"),
        ("mill-bakery.com/menu", "mill-bakery.com/free"),
        ("@millbakery", "@mill"),
        ("@mill", "@millbakery"),
        ("hello@mill-bakery.com", "@mill-bakery.com"),
        ("hello@mill-bakery.com", "lo@mill-bakery.com"),
        ("+44 20 7946 0018", "0207 946 0019"),
        ("020 7946 0018", "0207 946 0018 5"),
        ("Order 12345678 is ours", "1234567"),
    ],
)
def test_a_piece_of_what_the_owner_wrote_is_not_what_they_wrote(said, answered):
    assert doubts_about(f"Fresh bread. {answered}", said=f"Always write {said} please")


def test_a_little_too_long_stays_whole_for_a_person_to_shorten():
    text = " ".join(f"Loaf number {number} is for somebody else." for number in range(15))
    assert BOUNDS.hard_limit < len(text) < BOUNDS.hard_limit * 1.25
    result = tidy(replace(GOOD, text=text), BOUNDS)
    assert result.text == text
    assert Doubt.TOO_LONG in {hold.code for hold in result.holds}


def test_what_was_asked_for_in_the_prompt_is_not_too_much():
    text = " ".join(f"Sentence number {number} is not like any other one." for number in range(40))
    assert Doubt.BEYOND in doubts_about(text, hard_limit=60000, sweet_spot=125)
    assert Doubt.BEYOND not in doubts_about(text, hard_limit=60000, sweet_spot=125, said="Write about 300 words.")
    assert Doubt.BEYOND not in doubts_about(text, hard_limit=60000)


def test_of_several_pictures_each_has_its_alt_text_in_its_place():
    both = ("Four round loaves.", "An oven.")
    result = tidy(replace(GOOD, alt_texts=both), replace(BOUNDS, pictures=2))
    assert (result.alt_texts, result.holds) == (both, ())


@pytest.mark.parametrize("alt_texts", [(), ("Loaves.",), ("Loaves.", "An oven.", "A shelf."), ("Loaves.", "")])
def test_alt_texts_of_which_nobody_can_tell_what_they_are_about_are_for_a_person(alt_texts):
    result = tidy(replace(GOOD, alt_texts=alt_texts), replace(BOUNDS, pictures=2))
    assert result.alt_texts == (("Loaves.", "") if len(alt_texts) == 2 else ("", ""))
    assert {hold.code for hold in result.holds} == {Doubt.NO_ALT_TEXT}


@pytest.mark.parametrize("odd", ["More at evil.com", "Call 0800 555 0199"])
def test_what_leads_elsewhere_waits_in_any_of_several_alt_texts(odd):
    assert tidy(replace(GOOD, alt_texts=("Loaves.", odd)), replace(BOUNDS, pictures=2)).holds


@pytest.mark.parametrize("alt_text", ["IMG_1234.jpg", "/srv/var/spool/abc.jpg", "C:\\Pictures\\a.png", "", "..."])
def test_a_file_name_is_no_description(alt_text):
    result = tidy(replace(GOOD, alt_texts=(alt_text,)), BOUNDS)
    assert result.alt_texts == ("",)
    assert Doubt.NO_ALT_TEXT in {hold.code for hold in result.holds}


def test_an_alt_text_that_is_too_long_is_cut_between_words_and_a_person_looks():
    result = tidy(replace(GOOD, alt_texts=("loaf " * 400,)), BOUNDS)
    assert len(result.alt_texts[0]) <= ALT_TEXT_LIMIT
    assert result.alt_texts[0].endswith("loaf\u2026")
    assert Doubt.TOO_LONG in {hold.code for hold in result.holds}


# Hashtags


def test_hashtags_are_words_each_once_and_no_more_than_asked_for():
    tags = ["#Bread", "bread", "fresh bread", "#a#b", "2024", "#", "Caf\u00e9", "c++", "x" * 60, "no_1", "\u30d1\u30f3"]
    assert normal_tags(tags, most=99) == ("Bread", "freshbread", "a", "b", "Caf\u00e9", "c", "no_1", "\u30d1\u30f3")
    assert normal_tags(tags, most=2) == ("Bread", "freshbread")


def test_hashtags_inside_the_text_count_towards_the_limit():
    draft = Draft("Our #one and #two are back.", ("Bread.",), ("three", "four"))
    assert tidy(draft, replace(BOUNDS, max_hashtags=3)).hashtags == ("three",)


def test_a_hashtag_that_stands_in_the_text_is_not_listed_again():
    draft = Draft("Our #Sourdough is back. #bread", ("Bread.",), ("sourdough", "Bread", "bakery"))
    assert tidy(draft, BOUNDS).hashtags == ("bakery",)


# Invisible and cut characters


def test_five_hundred_marks_on_one_letter_become_four():
    assert clean("a" + "\u0330" * 500 + "b") == unicodedata.normalize("NFC", "a" + "\u0330" * 4 + "b")


def test_what_hides_words_goes_and_what_makes_emoji_stays():
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "evil")
    assert clean(f"bread{hidden}\u3164\u034f \U0001f3f4{hidden}") == "bread \U0001f3f4"
    scotland = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    assert (
        clean(f"1\ufe0f\u20e3 {scotland} \u2764\ufe0f\u200d\U0001f525")
        == f"1\ufe0f\u20e3 {scotland} \u2764\ufe0f\u200d\U0001f525"
    )


GRAPHEMES = st.sampled_from(
    [
        "a",
        " ",
        "e\u0301\u0302",
        "\U0001f1e9\U0001f1ea",
        "\U0001f44d\U0001f3fd",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "1\ufe0f\u20e3",
        "\u0915\u094d\u0937\u093f",
        "\u1112\u1161\u11ab",
        "\U0001f3f3\ufe0f\u200d\U0001f308",
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


@settings(deadline=None)  # a dictionary is read when a hashtag could be a word
@given(st.text(max_size=700), st.text(max_size=50), st.lists(st.text(max_size=20), max_size=10))
def test_whatever_the_model_answers_only_tidy_words_or_a_reason_come_out(text, alt_text, tags):
    try:
        result = tidy(Draft(text, (alt_text,), tuple(tags)), BOUNDS)
    except Unfit:
        return
    assert 0 < len(result.text) <= BOUNDS.hard_limit
    assert len(result.alt_texts[0]) <= 1000
    assert len(result.hashtags) <= BOUNDS.max_hashtags
    for words in (result.text, *result.alt_texts, *result.hashtags):
        assert not any(unicodedata.category(c) in {"Cc", "Cs", "Co"} and c != "\n" for c in words)
    assert "@" not in "".join(result.hashtags)


@given(st.text(max_size=300))
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)
