"""A language that nobody speaks: every translated word gets accents and is longer by 40 %.

So what is not translated shows, and what has no room, too. It stands in for German, with its comma and its dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations

from django.test import override_settings
from django.utils.translation import trans_real

CODE = "de"
CONTEXT = "\x04"
KEPT = re.compile(r"(%\(\w+\)[-#0 +.\d]*[a-z]|%[-#0 +.\d]*[sdfi%]|\{[^{}]*\}|<[^<>]*>|&#?\w+;|https?://\S+)")
ACCENTED = str.maketrans("aeiouycnszAEIOUYCNSZ", "áéíóúýçñšžÁÉÍÓÚÝÇÑŠŽ")
ACCENTS = "áéíóúýçñšžÁÉÍÓÚÝÇÑŠŽ"
LONGER = "\N{LATIN SMALL LETTER O WITH STROKE}"


def said(text: str) -> str:
    """As this language says it: placeholders, markup and addresses stay."""
    text = text.rpartition(CONTEXT)[2]
    if not text.strip():
        return text
    words = "".join(part if number % 2 else part.translate(ACCENTED) for number, part in enumerate(KEPT.split(text)))
    more = LONGER * max(1, round(0.4 * len(KEPT.sub("", text))) - 1)
    tail = words[len(words.rstrip()) :]
    return f"{words.rstrip()} {_in_words(more)}{tail}"


def _in_words(filling: str) -> str:
    """Broken where a language would break it."""
    return " ".join(filling[at : at + 7] for at in range(0, len(filling), 7))


class Pseudo(NullTranslations):
    """The catalogue: it knows every message."""

    def gettext(self, message: str) -> str:
        return said(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return said(one if number == 1 else many)

    def to_language(self) -> str:
        return CODE

    def language(self) -> str:
        return CODE


@contextmanager
def spoken() -> Iterator[None]:
    """Pages can be asked for in it. Django reads catalogues from files alone, so it is put where those are kept."""
    with override_settings(LANGUAGES=[("en", "English"), (CODE, "Deutsch")]):  # which empties that place
        catalogues: dict[str, NullTranslations] = trans_real._translations  # type: ignore[attr-defined]
        catalogues[CODE] = Pseudo()
        yield
