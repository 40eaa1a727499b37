"""What `poster.folding` compares, in questions to the database.

`name__folded="istanbul"` finds *İstanbul*, *ISTANBUL* and *ıstanbul*; `InOrder("name")` sorts as the reader's language
does. SQLite is given Python's functions, so one rule holds on both databases.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Func, TextField
from django.db.models.lookups import Transform
from django.utils.translation import get_language

from poster.folding import TURKISH, folded, ordered

FOLDED, ORDERED = "poster_folded", "poster_ordered"
TURKEY = "tr"


def listen(sender: object, connection: BaseDatabaseWrapper, **_more: object) -> None:
    """Each new connection to SQLite learns both."""
    if connection.vendor == "sqlite":
        inner: Any = connection.connection
        inner.create_function(FOLDED, 1, lambda text: folded(text or ""), deterministic=True)
        inner.create_function(ORDERED, 2, _ordered, deterministic=True)


def _ordered(text: str | None, language: str) -> str:
    return ordered(text or "", turkish=language == TURKEY)


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
            language = TURKEY if is_turkish() else ""
            return super().as_sql(compiler, connection, template=f"{ORDERED}(%(expressions)s, '{language}')", **more)
        text = "CAST(%(expressions)s AS text)"
        if is_turkish():
            text = f"lower(translate({text}, 'Iİ', 'ıi'))"
            for letter, key in TURKISH.items():
                text = f"replace({text}, '{letter}', '{key}')"
        return super().as_sql(compiler, connection, template=f'lower({PLAIN.format(text=text)}) COLLATE "C"', **more)


def is_turkish() -> bool:
    """Whether whoever reads now sorts so."""
    return (get_language() or "").startswith(TURKEY)


for field in (CharField, TextField):
    field.register_lookup(Folded)
