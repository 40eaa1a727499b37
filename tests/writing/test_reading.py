"""Two hundred answers as models really give them: the last whole one is taken, never a draft, never a piece."""

from __future__ import annotations

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writing.caption_cleanup import Draft
from writing.captioners.parsing import read
from writing.holds import Doubt
from writing.outcomes import Outcome

ANSWER = {"caption": "Warm rye, straight out.", "alt_text": "A round loaf.", "hashtags": ["bread", "rye"]}
FINAL = Draft("Warm rye, straight out.", ("A round loaf.",), ("bread", "rye"))
DRAFT = json.dumps({"caption": "DRAFT", "alt_text": "Draft.", "hashtags": ["draft"]})
PLAIN = json.dumps(ANSWER)


def _styles():
    """The answer, as careless as models write it, with the words that it has to have."""
    yield PLAIN
    yield json.dumps(ANSWER, indent=2)
    yield PLAIN[:-1] + ",}"
    yield PLAIN.replace("]", ",]")
    yield (
        PLAIN.replace('"caption"', '"Caption"').replace('"alt_text"', '"Alt_Text"').replace('"hashtags"', '"HASHTAGS"')
    )
    yield PLAIN.replace("alt_text", "altText")
    yield PLAIN.replace("alt_text", "alt-text").replace("hashtags", "Hash Tags")
    yield PLAIN.replace("alt_text", "Alt Text")
    yield json.dumps({"answer": ANSWER})
    yield json.dumps({"reasoning": "short and {warm}", **ANSWER})
    yield str(ANSWER)
    yield PLAIN.replace("{", "{ // the answer\n", 1)
    yield PLAIN.replace('["bread", "rye"]', '"#bread, #rye"')


THOUGHTS = [
    "",
    "Sure! Here is your caption:\n\n",
    "The user wants {caption, alt_text, hashtags}. I think about {bread} and }brackets{.\n",
    f"<think>Let me try: {DRAFT} Too dull.</think>\n",
    f"<thinking>\n{DRAFT}\n</thinking>\n\n",
    f"The opening mark is missing. {DRAFT}\n</think>\n",
    f"[THINK]{DRAFT}[/THINK]",
    f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant<|channel|>final<|message|>",
    f"First try: {DRAFT}\nThat is too dull. Better:\n",
    f"```json\n{DRAFT}\n```\nHmm, no. The final answer:\n",
    "Step 1: look. " * 4000,
    'The form is {"caption": "...", "alt_text": "...", "hashtags": ["..."]}, so:\n',
]
FENCES = ["{}", "```json\n{}\n```", "```\n{}```", "**Final answer:**\n{}\nEnjoy!"]
WHOLE = [
    thought + fence.replace("{}", style)
    for number, (thought, style) in enumerate(product(THOUGHTS, _styles()))
    for fence in (FENCES[number % len(FENCES)], FENCES[(number + 1) % len(FENCES)])
]
FOREIGN = {Doubt.DRAFT, Doubt.ALTERNATIVES}


def words_of(draft):
    return draft.text, draft.alt_texts, tuple(tag.lstrip("#") for tag in draft.hashtags)


def test_of_more_than_two_hundred_answers_each_gives_its_own_words():
    assert len(set(WHOLE)) >= 200
    wrong = [
        content
        for content in WHOLE
        if (found := read(content)).draft is None or words_of(found.draft) != words_of(FINAL)
    ]
    assert wrong == []


def test_none_of_them_waits_for_its_form():
    assert [content for content in WHOLE if read(content).holds] == []


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ('{"caption": "Warm rye,\nstraight out.", "alt_text": "A\tloaf.", "hashtags": []}', "Warm rye,\nstraight out."),
        ('{"caption": "A brace } and a {brace}", "alt_text": "x", "hashtags": [],}', "A brace } and a {brace}"),
        ('{"caption": "He said \\"yes\\", twice", "alt_text": "x", "hashtags": []}', 'He said "yes", twice'),
        ('{"caption": "a comma, ] and, }", "alt_text": "x", "hashtags": [],}', "a comma, ] and, }"),
        ('{"caption": "http://x // no comment", "alt_text": "x", "hashtags": [],}', "http://x // no comment"),
        (
            "{\u201ccaption\u201d: \u201cWarm rye\u201d, \u201chashtags\u201d: []}",
            "Warm rye",
        ),
        ('"caption" is a field. {"caption": "Warm rye"}', "Warm rye"),
    ],
)
def test_the_words_themselves_are_never_mended(broken, text):
    assert read(broken).draft.text == text


@pytest.mark.parametrize("at", range(2, len(PLAIN), 3))
def test_an_answer_that_is_cut_off_is_none_and_neither_is_the_draft_before_it(at):
    for before in ("", f"First try: {DRAFT}\nBetter: ", f"<think>{DRAFT}</think>"):
        found = read(before + PLAIN[:at])
        assert found.draft is None or (
            found.draft.text == "DRAFT" and Doubt.DRAFT in {hold.code for hold in found.holds}
        )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", Outcome.EMPTY),
        (f"<think>{DRAFT}", Outcome.CUT_OFF),
        (f"<think>Hm.</think><think>{DRAFT}", Outcome.CUT_OFF),
        (f"<think>{DRAFT}</think>", Outcome.EMPTY),
        (f"{DRAFT} Better: {PLAIN[:40]}", Outcome.CUT_OFF),
        (f"{DRAFT} Better: {PLAIN[:-1]},,", Outcome.CUT_OFF),
        (PLAIN[:-1] + ",,", Outcome.MALFORMED),
        ('{"title": "x"}', Outcome.MALFORMED),
        ('{"caption": 5}', Outcome.MALFORMED),
        ('{"caption": null}', Outcome.MALFORMED),
        ("[" * 5000 + "{" * 5000, Outcome.MALFORMED),
        ('{"a":' * 5000, Outcome.MALFORMED),
        ("Warm rye.", Outcome.MALFORMED),
    ],
)
def test_what_is_no_answer_says_why(content, reason):
    assert (read(content).draft, read(content).outcome) == (None, reason)


@pytest.mark.parametrize(
    ("content", "doubt"),
    [
        (f"{DRAFT}\nHmm, that is rather dull, and it does not say where it was taken.", Doubt.DRAFT),
        (f'{DRAFT}\n{{"caption": "Only this"}}', Doubt.DRAFT),
        (f"[{DRAFT}, {PLAIN}]", Doubt.ALTERNATIVES),
    ],
)
def test_what_may_be_a_draft_waits_for_a_person(content, doubt):
    assert doubt in {hold.code for hold in read(content).holds}


def test_plain_text_will_do_only_where_it_was_asked_for():
    assert read("Warm rye.", tolerant=True).draft == Draft("Warm rye.", plain=True)
    assert read("See you at {place}", tolerant=True).draft == Draft("See you at {place}", plain=True)
    assert read('{"caption": "Warm', tolerant=True).draft is None
    assert read("<think>Hm.</think> Warm rye.", tolerant=True).draft == Draft("Warm rye.", plain=True)


@given(
    st.fixed_dictionaries({"caption": st.text(), "alt_text": st.text(), "hashtags": st.lists(st.text(), max_size=3)}),
    st.text(alphabet="ab {}[],:\n`", max_size=80),
)
def test_any_words_come_back_as_they_were(fields, before):
    found = read(f"{before}\n{json.dumps(fields)}")
    assert found.draft == Draft(fields["caption"], (fields["alt_text"],), tuple(fields["hashtags"]))


@given(st.text(alphabet='{}[]":,\\ \ncaption', max_size=200))
def test_whatever_comes_is_read(content):
    found = read(content)
    assert found.draft is None or isinstance(found.draft.text, str)
