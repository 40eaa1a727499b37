"""A text as a reader takes it in, whatever it is made of: for looking through it, never for publishing it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

_IGNORED = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
_BLANKS = regex.compile(r"[\p{Zs}\t\u2800]")
_LINES = regex.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_SPACED = regex.compile(r"(?<![\p{L}\p{N}])(?:[\p{L}\p{N}] ){2,}[\p{L}\p{N}](?![\p{L}\p{N}])")
# What is still a mark of its own after NFKC strikes a letter out or underlines it; it makes no other letter of it.
_STROKES = regex.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20dc\u20e1\u20e5-\u20f0\ufe20-\ufe2f]+")
# Letters that Unicode gives no compatible form, by their names: small capitals, white on black, digits on dice.
_DRAWN = regex.compile(
    r"LATIN LETTER SMALL CAPITAL (?P<letter>[A-Z])|NEGATIVE (?:SQUARED|CIRCLED) LATIN CAPITAL LETTER (?P<letter>[A-Z])"
    r"|DIE FACE-(?P<digit>\d)|(?:DINGBAT )?NEGATIVE CIRCLED (?:SANS-SERIF )?DIGIT (?P<word>\w+)"
)
_BY_WORD = {
    word: str(digit)
    for digit, word in enumerate(["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"])
}  # fmt: skip
_FLAGS = regex.compile("[\U0001f1e6-\U0001f1ff]+(?:[.·•][\U0001f1e6-\U0001f1ff]+)+")  # a dot stands in no flag
_FLAG_A = 0x1F1E6


def visible(text: str) -> str:
    """Compatible forms (NFKC), nothing invisible, no strokes through letters, one kind of blank and of line break."""
    plain = _IGNORED.sub("", unicodedata.normalize("NFKC", text))
    # Once more: what was invisible may have kept two characters apart that belong together.
    plain = _STROKES.sub("", unicodedata.normalize("NFKC", plain))
    plain = "".join(each if each.isascii() else _drawn(each) for each in plain)
    return _BLANKS.sub(" ", _LINES.sub("\n", _FLAGS.sub(_of_flags, plain)))


def joined(text: str) -> str:
    """`s p a c e d` letters as the words that people read."""
    return _SPACED.sub(lambda found: found[0].replace(" ", ""), text)


@lru_cache(maxsize=2000)
def _drawn(character: str) -> str:
    found = _DRAWN.fullmatch(unicodedata.name(character, ""))
    if found is None:
        return character
    return (found["letter"] or "").lower() or found["digit"] or _BY_WORD.get(found["word"], character)


def _of_flags(found: regex.Match[str]) -> str:
    letters = (chr(ord(each) - _FLAG_A + ord("a")) if ord(each) >= _FLAG_A else each for each in found[0])
    return "".join(letters)
