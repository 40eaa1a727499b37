"""A text as a reader takes it in, whatever it is made of: for looking through it, never for publishing it."""

from __future__ import annotations

import unicodedata

import regex

_IGNORED = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
_BLANKS = regex.compile(r"[\p{Zs}\t\u2800]")
_LINES = regex.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_SPACED = regex.compile(r"(?<![\p{L}\p{N}])(?:[\p{L}\p{N}] ){2,}[\p{L}\p{N}](?![\p{L}\p{N}])")


def visible(text: str) -> str:
    """Compatible forms (NFKC), nothing invisible, one kind of blank and of line break."""
    plain = _IGNORED.sub("", unicodedata.normalize("NFKC", text))
    # Once more: what was invisible may have kept two characters apart that belong together.
    return _BLANKS.sub(" ", _LINES.sub("\n", unicodedata.normalize("NFKC", plain)))


def joined(text: str) -> str:
    """`s p a c e d` letters as the words that people read."""
    return _SPACED.sub(lambda found: found[0].replace(" ", ""), text)
