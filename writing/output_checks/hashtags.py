"""Hashtags that nothing supports: neither what is known of the picture, nor the caption, nor the owner's prompt.

Without a language model nobody can tell whether #bakery belongs to "four loaves on a shelf". `topics.txt` knows that
much: words that belong together, in eight languages. A hashtag is supported when it can be put together of words that
are known of the picture, of words of the same topics, and of words that fit any picture. One ordinary word of the
caption's language, as a dictionary has it, is let through as well (a picture has more in it than we know), unless it
wants something from the reader. A name, a slogan, a coin and a party are no such words: a person looks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import regex

from writing.output_checks.languages import guessed
from writing.output_checks.phrases import listed
from writing.output_checks.vocabulary import ordinary

LONGEST = 50  # letters of a hashtag, or of a word, that are looked into
STEM = 4  # letters of a word that are enough to be it
ENDINGS = listed(
    "s es e n en er ern em i a o y in ing ed ly lich ig ung chen te ten ta tes as os ie ies ish ar ers ist isti "
    "ista istas lar ler lari leri si su da de dan den li lu lik luk ci cu yi nin nun im mi al ale ali elle ella io "
    "eria erie erei ei eri tion zione zioni cion ciones ion ione ioni ation ations azione acion aggio aje mo ismo "
    "isme ita tat tad keit heit schaft ness ment mento iero iera ario aria ier iere eur euse graphy grafie grafia "
    "grafi graf sik ik ia no nno"
)
CONNECTING = listed(
    "a an and at by for from in of on our the to with my das der die dem des ein eine fur im mit und vom von zu zum "
    "zur al con de del e el en la las los mi para por un una y au aux des du et le les mon notre pour sur da dal "
    "dei della delle di gli i il lo nel per su bir ve os no na do"
)

_FORMS = {"", "s", "es", "ed", "er", "n", "en", "ing"}

_TAG = regex.compile(r"(?<![\w&/])[#＃﹟]([\p{L}\p{M}\p{N}_]+)")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_WITHOUT_BLANKS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]")


def in_text(text: str) -> list[str]:
    """The hashtags within `text`, without their sign."""
    return _TAG.findall(text)


def unsupported(tags: Iterable[str], known: str, language: str = "", said: str = "") -> list[str]:
    """Those of `tags` that neither `known` (caption, alt text, place: what the picture shows) nor the owner supports.

    `language`: of the caption, BCP 47; guessed when it was not asked for. `said`: the owner's prompt; it alone can
    support a hashtag that wants something from the reader, whatever the caption says.
    """
    told = _TAG.sub(" ", known)  # a hashtag does not support itself
    own = _words(_TAG.sub(lambda found: f" {found[1]} ", said))
    seen = _words(told)
    allowed = _allowed(seen | own)
    words = own | {word for word in seen if not _wants(word)}
    folded = _folded(f"{told}\n{said}")
    strange = [tag for tag in dict.fromkeys(tags) if not _is_supported(tag, words, allowed, folded)]
    plain = frozenset(tag.casefold() for tag in strange if _may_be_ordinary(tag))
    if not plain:
        return strange
    ours = ordinary(plain, language.partition("-")[0].casefold() or guessed(told))
    ours |= ordinary(plain - ours, "en")
    return [tag for tag in strange if tag.casefold() not in ours]


def _words(text: str) -> frozenset[str]:
    return frozenset(_folded(word) for word in _WORD.findall(text) if len(word) <= LONGEST)


def _wants(word: str) -> bool:
    """Does it want something from the reader: to buy, to follow, to win? (`cashmere` and `parade` want nothing.)"""
    _, never, _ = _topics()
    return any(word[: len(word) - size] in never and word[len(word) - size :] in _FORMS for size in range(4))


def _may_be_ordinary(tag: str) -> bool:
    """Is it one word, of more than a few letters, that wants nothing from the reader?"""
    _, never, _ = _topics()
    return tag.isalpha() and STEM <= len(tag) <= 20 and not any(_folded(tag).startswith(stem) for stem in never)


def _is_supported(tag: str, words: frozenset[str], allowed: frozenset[str], known: str) -> bool:
    folded = _folded(tag.replace("_", ""))
    if len(folded) > LONGEST:
        return False
    if _WITHOUT_BLANKS.search(tag):
        return folded in known or any(folded[start : start + 2] in known for start in range(len(folded) - 1))
    return folded in words or folded in allowed or _is_made_of(folded, words, allowed)


def _is_made_of(tag: str, words: frozenset[str], allowed: frozenset[str]) -> bool:
    """Can `tag` be put together of known words, each with an ending, at most one connecting word before each?"""
    after_word, before_word = set[int](), {0}
    for start in range(len(tag)):
        for end in range(start + 1, len(tag) + 1):
            piece = tag[start:end]
            if start in after_word | {0} and piece in CONNECTING:
                before_word.add(end)
            if start in after_word | before_word and _is_word(piece, words, allowed):
                rests = (tag[end : end + size] for size in range(1, 8))
                after_word.update([end, *(end + len(rest) for rest in rests if rest in ENDINGS)])
    return len(tag) in after_word


def _is_word(piece: str, words: frozenset[str], allowed: frozenset[str]) -> bool:
    if len(piece) < 3:
        return piece.isdigit()
    return piece in words or piece in allowed or _is_stem(piece, words) or (piece.isdigit() and len(piece) <= 4)


def _is_stem(piece: str, words: frozenset[str]) -> bool:
    return len(piece) >= STEM and any(word.startswith(piece) and len(word) - len(piece) <= 3 for word in words)


def _allowed(words: frozenset[str]) -> frozenset[str]:
    """The beginnings of words that fit any picture, and those of each topic that one of `words` speaks of."""
    always, _, topics = _topics()
    spoken = {name for name, (_, stems) in topics.items() if any(_begins(word, stems) for word in words)}
    return always.union(*(stems for name, (near, stems) in topics.items() if spoken & {name, *near}))


def _begins(word: str, stems: frozenset[str]) -> bool:
    """Does `word` begin as a word of the topic does, or hold one (`handgestrickt`, `Roggenbrot`)?"""
    if any(word[:size] in stems for size in range(4, len(word) + 1)) or word in stems:
        return True
    inside = ((start, end) for start in range(1, len(word) - 4) for end in range(start + 5, len(word) + 1))
    return (word[:3] in stems and len(word) <= 5) or any(word[start:end] in stems for start, end in inside)


@lru_cache(maxsize=1)
def _topics() -> tuple[frozenset[str], frozenset[str], dict[str, tuple[tuple[str, ...], frozenset[str]]]]:
    """What always fits, what never does, and per topic: the topics near it, and the beginnings of its words."""
    lines = (Path(__file__).parent / "topics.txt").read_text(encoding="utf-8").splitlines()
    listed = [line.partition(":")[::2] for line in lines if line and not line.startswith("#")]
    split = {head.split("+")[0]: (tuple(head.split("+")[1:]), frozenset(words.split())) for head, words in listed}
    return split.pop("any")[1], split.pop("never")[1], split


def _folded(text: str) -> str:
    """Lower case, without accents: `Crème` and `creme` are one word."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i").replace("ø", "o").replace("ł", "l"))
    return "".join(each for each in plain if not unicodedata.combining(each))
