"""Digits that are dictated: `zero one seven one ...`, in any of some eighty languages, with figures in between or not.

The words for numbers come from Unicode's CLDR, as the package `unicode-rbnf` brings it (`number_words.txt`: to spell
them anew takes a worker more than a second); none of them is ours but for the few that people say on the telephone and
nowhere else. A count ("one, two, three ...", a countdown, "ten, twenty, thirty ...") is no number to call.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import regex

NUMBER_WORDS = Path(__file__).parent / "number_words.txt"
LEAST = 6  # digits; fewer call nobody
LEAST_WORDS = 4  # of them in words, so that figures alone are left to `numbers`
_TELEPHONE = {
    "en": {"oh": 0, "double": 0, "triple": 10},  # as many digits more
    "de": {"zwo": 2},
    "pt": {"meia": 6},
    "ja": dict(
        zip(["ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ"], range(10), strict=True),
        レイ=0, マル=0, シ=4, シチ=7, ク=9,
        れい=0, いち=1, に=2, さん=3, よん=4, ご=5, ろく=6, なな=7, はち=8, きゅう=9,
    ),
    "zh": {"幺": 1},
}  # fmt: skip
_ACCENTS = regex.compile(r"[\u0300-\u036f\u0653-\u0655]+")
_LETTER = regex.compile(r"\p{L}")
_TOKEN = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_WITHOUT_BLANKS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
TENS = {str(number) for number in range(20, 100, 10)}
GAP = 4  # characters between two of them
LONGEST_TOKEN = 200  # characters of a word that are looked into
_GAP = rf"[^\p{{L}}\p{{M}}\p{{N}}]{{0,{GAP}}}+"


def dictated(text: str) -> list[str]:
    """The stretches of `text` that spell a row of digits as long as a phone number, in whatever language."""
    worded = (stretch for stretch in _stretches(folded(text)) if _LETTER.search(stretch))  # figures alone are common
    return [stretch.strip() for stretch in worded if any(map(_is_number, _readings(stretch)))]


def _stretches(plain: str) -> Iterator[str]:
    """Several words for numbers of any languages in a row: what is worth looking at language by language."""
    if _WITHOUT_BLANKS.search(plain):
        yield from (match[0] for match in _words_without_blanks().finditer(plain))
    begun, end, parts = 0, 0, 0
    for match in _TOKEN.finditer(plain):
        count = _count(match[0])
        if parts and not count and len(match[0]) == 1:
            continue  # "a haon a dó"
        if parts and (not count or match.start() - end > GAP):
            if parts >= LEAST_WORDS:
                yield plain[begun:end]
            parts = 0
        if count:
            begun, end, parts = begun if parts else match.start(), match.end(), parts + count
    if parts >= LEAST_WORDS:
        yield plain[begun:end]


@lru_cache(maxsize=10_000)
def _count(token: str) -> int:
    """Of how many words for numbers, or figures, `token` is made as a whole; 0 when it is not."""
    words = _every_word()
    reached = {0: 0}
    for end in range(1, min(len(token), LONGEST_TOKEN) + 1):
        starts = (start for start in reached if token[start:end] in words or token[start:end].isdecimal())
        if best := max((reached[start] + 1 for start in starts), default=0):
            reached[end] = best
    return reached.get(len(token), 0)


def _readings(stretch: str) -> Iterator[list[str]]:
    """`stretch` as each language reads it: rows of digits, `17` of "seventeen"; each row without a gap."""
    for language, words in _languages().items():
        if not any(word in stretch for word in words):
            continue  # most languages: what tells a row of theirs takes long to compile
        for row in _row_of(language).finditer(stretch):
            yield [str(words.get(part, part)) for part in row.captures("part")]


def _is_number(parts: list[str]) -> bool:
    values = [int(part) for part in parts]
    steps = {later - earlier for earlier, later in pairwise(values)}
    return _digits(parts) >= LEAST and (len(steps) > 1 or steps == {0})


def _digits(parts: list[str]) -> int:
    """How many digits they make: `20 3` of "twenty three" are two."""
    joined = sum(ten in TENS and len(one) == 1 and one != "0" for ten, one in pairwise(parts))
    return sum(map(len, parts)) - joined


@lru_cache(maxsize=1)
def _every_word() -> frozenset[str]:
    names = (word for words in _languages().values() for word in words)
    return frozenset(part for name in names for part in (name, name.rpartition(" ")[2]))


@lru_cache(maxsize=1)
def _words_without_blanks() -> regex.Pattern[str]:
    words = sorted(word for word in _every_word() if _WITHOUT_BLANKS.search(word))
    return regex.compile(rf"(?:(?:\L<words>|\d{{1,4}}){_GAP}){{{LEAST_WORDS},}}", words=words)


@lru_cache(maxsize=1)
def _languages() -> dict[str, dict[str, int]]:
    """What the words below a hundred mean, by language."""
    lines = NUMBER_WORDS.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {language: _table(language, said) for language, *said in rows}


def _table(language: str, said: list[str]) -> dict[str, int]:
    table = {word: number for number, words in enumerate(said) for word in words.split("|") if word}
    return table | {folded(word): value for word, value in _TELEPHONE.get(language, {}).items()}


@cache
def _row_of(language: str) -> regex.Pattern[str]:
    """A row of some of its words, figures between."""
    word, figures = r"(?P<part>\L<words>)", r"(?P<part>\d{1,4})"
    row = rf"(?:{figures}{_GAP})*(?:{word}{_GAP}(?:{figures}{_GAP})*){{{LEAST_WORDS},}}"
    return regex.compile(row, words=sorted(_languages()[language]))


def folded(text: str) -> str:
    """Small, without accents and soft hyphens; the marks that make a letter another one, in Hindi or Thai, stay."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("\u00ad", "").replace("\u200b", ""))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", plain))
