"""Words as people compare them: whatever their case and their accents, and with a dotted or a dotless i.

`name__folded="istanbul"` finds *İstanbul*, *ISTANBUL* and *ıstanbul*; `InOrder("name")` sorts as the reader's language
does. Unicode's own folding does not: "İNDİRİM".casefold() is not "indirim". SQLite is given Python's functions, so one
rule holds on both databases.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Func, TextField
from django.db.models.lookups import Transform
from django.utils.translation import get_language

ACCENTS = re.compile("[\u0300-\u036f]")
DOTLESS = str.maketrans("ıİ", "ii")
# Letters of their own in Turkish, each behind the one that it looks like; "{" comes after z.
TURKISH = {"ç": "c{", "ğ": "g{", "ı": "h{", "ö": "o{", "ş": "s{", "ü": "u{"}
CAPITALS = str.maketrans("Iİ", "ıi")
FOLDED, ORDERED = "poster_folded", "poster_ordered"


def folded(text: str) -> str:
    """What is compared in a search."""
    return ACCENTS.sub("", unicodedata.normalize("NFD", text.translate(DOTLESS))).lower()


def ordered(text: str, language: str = "") -> str:
    """What is compared to sort: in Turkish where `language` is "tr", or where it is the reader's."""
    if language == "tr" or (not language and is_turkish()):
        text = "".join(TURKISH.get(letter, letter) for letter in text.translate(CAPITALS).lower())
    return folded(text)


def listen(sender: object, connection: BaseDatabaseWrapper, **_more: object) -> None:
    """Each new connection to SQLite learns both."""
    if connection.vendor == "sqlite":
        inner: Any = connection.connection
        inner.create_function(FOLDED, 1, lambda text: folded(text or ""), deterministic=True)
        inner.create_function(ORDERED, 2, lambda text, language: ordered(text or "", language), deterministic=True)


PLAIN = "regexp_replace(normalize({text}, NFD), '[\u0300-\u036f]', '', 'g')"


class Folded(Transform):
    """`folded` of a column."""

    lookup_name = "folded"
    function = FOLDED
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:  # noqa: ANN401
        text = PLAIN.format(text="translate(%(expressions)s, 'ıİ', 'ii')")
        return self.as_sql(compiler, connection, template=f"lower({text})", **more)


class InOrder(Func):
    """`ordered` of a column, for whoever reads when the rows are asked for."""

    function = ORDERED
    output_field = TextField()
    arity = 1

    def as_sql(self, compiler: Any, connection: Any, **more: Any) -> Any:  # type: ignore[override]  # noqa: ANN401
        if connection.vendor == "sqlite":
            language = "tr" if is_turkish() else "-"
            return super().as_sql(compiler, connection, template=f"{ORDERED}(%(expressions)s, '{language}')", **more)
        text = "CAST(%(expressions)s AS text)"
        if is_turkish():
            text = f"lower(translate({text}, 'Iİ', 'ıi'))"
            for letter, key in TURKISH.items():
                text = f"replace({text}, '{letter}', '{key}')"
        return super().as_sql(compiler, connection, template=f'lower({PLAIN.format(text=text)}) COLLATE "C"', **more)


def is_turkish() -> bool:
    """Whether whoever reads now sorts so."""
    return (get_language() or "").startswith("tr")


for field in (CharField, TextField):
    field.register_lookup(Folded)
