"""In which language a text is written, guessed offline; in doubt it is the one that was asked for.

Scripts are told by their letters. Within one script `py3langid` decides, a table of byte sequences over a hundred
languages; asked for the languages that an owner can sensibly name, and believed only when it is sure of another one.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

from writing.output_checks.phrases import listed

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LEAST_LETTERS = 20  # of running text; shorter texts are names and exclamations
LEAST_WORDS = 4
SURE = 0.90  # that it is another language
EXCLUDED = 0.05  # that it is the one that was asked for

_SCRIPTS = {
    "ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "he": "HEBREW", "ru": "CYRILLIC", "uk": "CYRILLIC",
    "bg": "CYRILLIC", "mk": "CYRILLIC", "be": "CYRILLIC", "sr": "CYRILLIC|LATIN", "el": "GREEK",
    "hi": "DEVANAGARI", "mr": "DEVANAGARI", "ne": "DEVANAGARI", "th": "THAI", "ko": "HANGUL",
    "ja": "HIRAGANA|KATAKANA|CJK", "zh": "CJK", "ta": "TAMIL", "bn": "BENGALI", "ka": "GEORGIAN", "hy": "ARMENIAN",
}  # fmt: skip
# What is offered; close relatives count as one, for a short text is often both.
_RELATIVES = (
    {"nb", "nn", "no", "da", "sv"}, {"hr", "sr", "bs", "sl", "mk"}, {"cs", "sk"}, {"id", "ms"}, {"pt", "gl"},
    {"es", "ca", "gl"}, {"nl", "af"}, {"ru", "uk", "be", "bg"}, {"hi", "mr", "ne"}, {"ar", "fa", "ur"}, {"tr", "az"},
)  # fmt: skip
_OFFERED = listed(
    "en de fr es it pt nl tr pl sv da no fi cs sk hu ro hr sl lt lv et id ms vi sq ca az ru uk bg sr be mk ar fa ur hi"
    " mr ne he el th ko ja zh ta bn ka hy"
)
_NO_PROSE = regex.compile(r"https?:\S+|[#@][\p{L}\p{N}_.]+|[\"“„«][^\"”“»]*[\"”“»]|[^\p{L}\p{M}'’\s.,!?]+")


def is_written_in(text: str, language: str) -> bool:
    """Is `text` in `language` (BCP 47), as far as can be told? True for no language, and for too short a text."""
    base = language.partition("-")[0].partition("_")[0].casefold()
    return not base or (_is_its_script(text, base) and not _is_another(text, base))


def _is_its_script(text: str, base: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    scripts = _SCRIPTS.get(base, "LATIN").split("|")
    ours = sum(any(script in unicodedata.name(letter, "") for script in scripts) for letter in letters)
    return ours * 2 >= len(letters)


def _is_another(text: str, base: str) -> bool:
    prose = " ".join(_NO_PROSE.sub(" ", text).split())
    letters = sum(character.isalpha() for character in prose)
    if base not in _OFFERED or letters < LEAST_LETTERS or len(prose.split()) < LEAST_WORDS:
        return False
    chances = {str(name): float(chance) for name, chance in _identifier().rank(prose)}
    near = {base}.union(*(group for group in _RELATIVES if base in group))
    found = max(chances, key=lambda name: chances[name])
    return found not in near and chances[found] >= SURE and sum(chances.get(name, 0) for name in near) <= EXCLUDED


def guessed(text: str) -> str:
    """The language (ISO 639-1) that `text` is in, when that is sure; else English, which hashtags are often in."""
    found, chance = _identifier().rank(" ".join(_NO_PROSE.sub(" ", text).split()))[0]
    return str(found) if chance >= SURE else "en"


def likeliest(text: str) -> str:
    """The language (ISO 639-1) that `text` is most probably in, however sure that is."""
    return str(_identifier().rank(" ".join(_NO_PROSE.sub(" ", text).split()))[0][0])


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # half a second and 75 MB: only where it is used

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([name for name in sorted(_OFFERED) if name in identifier.labels])
    return identifier
