"""A model that speaks about the caption, to the one who asked, in place of writing it or around it.

People begin captions in just the same ways ("Here's the secret to a good crust: time.", "Sure, ..."). So what counts
is a word for the caption itself, or an offer to change the words; in a language of which we have no list, a first line
that ends in a colon before a quotation.
"""

from __future__ import annotations

import regex

from writing.output_checks.phrases import any_of

LONGEST_LINE = 160  # characters: what is longer is no line about the caption

_NOUN, _YES_WORD, _HERE, _FOR = any_of("caption"), any_of("yes"), any_of("here"), any_of("for")
_ITS = f"(?:{_NOUN}|{any_of('post')})"
_YES = rf"(?:{_YES_WORD}\W{{0,4}}\s*)"
_INTRODUCES = regex.compile(
    rf"^\W*{_YES}?{_HERE}\b[^:\n：]{{0,80}}?\b{_NOUN}[^:\n：]{{0,80}}[:：]"
    rf"|^\W*{_YES}?{_HERE}\b[^:\n：]{{0,40}}?\b{_ITS}(?:\s{_FOR}\s[^:\n：]{{1,40}})?\s?[:：]"
    rf"|^\W*(?:{_YES})?[^:\n：]{{0,60}}{_NOUN}[^:\n：]{{0,60}}[:：]\W*(?:\n|$)"
    rf"|^\W*{_YES}{_HERE}\b",
    regex.I,
)
_WHOLE_LINE = regex.compile(
    rf"\W*{_YES}?(?:{_HERE}\s)?(?:(?:\p{{L}}|['’-])+\s){{0,3}}?{_ITS}"
    rf"(?:\s{_FOR}(?:\s(?:\p{{L}}|['’])+){{1,3}})?\s?[:：]\W*",
    regex.I,
)
_LABEL = regex.compile(rf"(?m)^[ \t*_#>\"“-]{{0,8}}(?:(?:option|version)\s\w\s)?{_NOUN}[ \t*_\"”]*[:：]", regex.I)
_YES_ALONE = regex.compile(rf"^\W*{_YES_WORD}\s*[!.。！]\s*\n|^(?:certainly|sure\sthing)!\s", regex.I)
_QUOTED = regex.compile(r"^[^\n]{3,120}[:：]\s*\n*\s*([\"“„«「『])[^\"”“»」』]+[\"”“»」』]\s*\W*$")
_OFFERS = regex.compile(
    rf"(?:(?<=^|[\s(¿])){any_of('offer')}[^.!?\n]{{0,120}}?{any_of('work')}"
    rf"|{any_of('work')}[^.!?\n]{{0,60}}{any_of('offer_behind')}",
    regex.I,
)
_ABOUT_IT = regex.compile(any_of("about_it"), regex.I)
_ALTERNATIVE = any_of("alternative")
_ALTERNATIVES = regex.compile(
    rf"(?:^|[\n.!?]\s|(?<=[*_#(]))\W{{0,4}}{_ALTERNATIVE}\s?(?:n[or°]?\.?\s?)?(?:1|a|i|one|eins)\b"
    rf".{{0,800}}?\b{_ALTERNATIVE}\s?(?:n[or°]?\.?\s?)?(?:2|b|ii|two|zwei)\b"
    rf"|(?:short|long|kurz|lang|kurze|lange|courte|longue|corta|larga|breve|lunga|kısa|uzun)\w*\s{_ALTERNATIVE}\s?[:：]",
    regex.I | regex.S,
)
# The second number begins a line, or a third one follows: "1. Advent ... 2. Advent" counts Sundays.
_NUMBERED = regex.compile(
    r"\W{0,4}1(?:\ufe0f?\u20e3|\s?[.):\u2013-])\s+\S.{8,}?"
    r"(?:\n\W{0,4}2(?:\ufe0f?\u20e3|\s?[.):\u2013-])\s+\S.{8,}"
    r"|\s2(?:\ufe0f?\u20e3|\s?[.):])\s+\S.{8,}?\s3(?:\ufe0f?\u20e3|\s?[.):])\s)",
    regex.S,
)
_OR_ALONE = regex.compile(
    r"(?m)^[^\w\n]{0,6}(?:or|oder|o|ou|oppure|veya|ya\sda|of|lub|albo|или|または|或者|أو)[^\w\n]{0,6}$", regex.I
)


def chatter(text: str) -> str:
    """The words in which `text` speaks of itself; "" when there are none."""
    plain = text.replace("\u2019", "'").strip()
    patterns = (_INTRODUCES, _LABEL, _YES_ALONE, _QUOTED, _OFFERS, _ABOUT_IT)
    return next((match[0].strip() for pattern in patterns if (match := pattern.search(plain))), "")


def alternatives(text: str) -> str:
    """The beginning of a list of captions to choose from; "" when `text` is one caption."""
    plain = text.strip()
    found = _ALTERNATIVES.search(plain) or _OR_ALONE.search(plain)
    if found:
        return found[0].strip()[:60]
    listed = _NUMBERED.match(plain)
    return listed[0].strip()[:60] if listed else ""


def without_lines_about_it(text: str) -> str:
    """`text` without a first line that does nothing but announce the caption ("Here's your caption:", "Caption:").

    Only for an answer that came as plain text, and only where that line stands alone above the words.
    """
    first, below, rest = text.partition("\n")
    is_about = len(first) <= LONGEST_LINE and _WHOLE_LINE.fullmatch(first.replace("\u2019", "'")) is not None
    return rest.strip() if below and rest.strip() and is_about else text
