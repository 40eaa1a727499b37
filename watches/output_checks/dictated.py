"""Digits that are dictated: `zero one seven one ...`, in any of some eighty languages, with figures in between or not.

The words for numbers come from Unicode's CLDR, as the package `unicode-rbnf` brings it; none of them is ours but for the
few that people say on the telephone and nowhere else. A count ("one, two,
three ...", a countdown, "ten, twenty, thirty ...") is no number to call.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import regex

LEAST = 6  # digits; fewer call nobody
LEAST_WORDS = 4  # of them in words, so that figures alone are left to `numbers`
_TELEPHONE = {
    "en": {"oh": 0, "double": 0, "triple": 10},  # as many digits more
    "de": {"zwo": 2},
    "pt": {"meia": 6},
    "ja": dict(
        zip("ゼロ イチ ニ サン ヨン ゴ ロク ナナ ハチ キュウ".split(), range(10), strict=True),
        レイ=0, マル=0, シ=4, シチ=7, ク=9, れい=0, いち=1, に=2, さん=3, よん=4, ご=5, ろく=6, なな=7, はち=8, きゅう=9,
    ),
    "zh": {"幺": 1},
}  # fmt: skip
_ACCENTS = regex.compile(r"[\u0300-\u036f\u0653-\u0655]+")
_GAP = r"[^\p{L}\p{M}\p{N}]{0,4}+"


def dictated(text: str) -> list[str]:
    """The stretches of `text` that spell a row of digits as long as a phone number, in whatever language."""
    plain = _folded(text)
    stretches = _any_words().finditer(plain)
    return [stretch[0].strip() for stretch in stretches if any(map(_is_number, _readings(stretch[0])))]


def _readings(stretch: str) -> Iterator[list[str]]:
    """`stretch` as each language reads it: rows of digits, `17` of "seventeen"; each row without a gap."""
    for words, pattern in _languages():
        for row in pattern.finditer(stretch):
            yield [str(words.get(part, part)) for part in row.captures("part")]


def _is_number(parts: list[str]) -> bool:
    values = [int(part) for part in parts]
    steps = {later - earlier for earlier, later in pairwise(values)}
    return _digits(parts) >= LEAST and (len(steps) > 1 or steps == {0})


def _digits(parts: list[str]) -> int:
    """How many digits they make: `20 3` of "twenty three" are two."""
    joined = sum(
        len(ten) == 2 and ten.endswith("0") and len(one) == 1 and one != "0" for ten, one in pairwise(parts)
    )
    return sum(map(len, parts)) - joined


@lru_cache(maxsize=1)
def _any_words() -> regex.Pattern[str]:
    """Several words for numbers of any languages in a row: what is worth looking at language by language."""
    every = sorted({word for words, _ in _languages() for word in words})
    part = r"(?:\L<words>|\d{1,4})"
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{part}{_GAP}){{4,}}", words=every)


@lru_cache(maxsize=1)
def _languages() -> tuple[tuple[dict[str, int], regex.Pattern[str]], ...]:
    """Per language: what the words below a hundred mean, and a row of some of them, figures between."""
    from unicode_rbnf import RbnfEngine  # a second, the first time

    tables = (_table(RbnfEngine, language) for language in RbnfEngine.get_supported_languages())
    distinct = {frozenset(table.items()): table for table in tables}.values()
    return tuple((table, _row_of(table)) for table in distinct)


def _row_of(table: dict[str, int]) -> regex.Pattern[str]:
    word, figures = r"(?P<part>\L<words>)", r"(?P<part>\d{1,4})"
    row = rf"(?:{figures}{_GAP})*(?:{word}{_GAP}(?:{figures}{_GAP})*){{{LEAST_WORDS},}}"
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}]){row}", words=sorted(table))


def _table(engines: type, language: str) -> dict[str, int]:
    from unicode_rbnf.engine import FormatPurpose

    engine = engines.for_language(language)
    table = {}
    for number in reversed(range(100)):
        for name in engine.format_number(number, purpose=FormatPurpose.CARDINAL).text_by_ruleset.values():
            table[_folded(name)] = number
    return table | {_folded(word): value for word, value in _TELEPHONE.get(language, {}).items()}


def _folded(text: str) -> str:
    """Small, without accents and soft hyphens; the marks that make a letter another one, in Hindi or Thai, stay."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("\u00ad", "").replace("\u200b", ""))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", plain))
