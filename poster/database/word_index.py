"""An index of the words of what grows, so that a search reads what it finds and not what there is.

Which rows, the manifests say (`Searched`). It holds nothing of its own: it can be made anew from the rows at any time.
On PostgreSQL it is an index of an expression. On SQLite it is a table of FTS5, which triggers keep in the same
transaction as the rows; `trigger_sync` puts them up and has it filled anew whenever one of them was not there. Found is
what has every word that was typed, or one that begins so, whatever its case and its accents, and with a dotted or a
dotless i (`folding`).

A row of the FTS5 table is found again by its key, which is a word of it; so it knows no number of the table's own rows,
which VACUUM changes. Its number is the second in which the row was made: the newest come first without being sorted.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, ForeignKey, Func, Model, QuerySet, Value

from poster.database.triggers import Trigger
from poster.folding import ACCENTS, DOTLESS
from poster.manifests import Searched, manifests

IN_A_SECOND = 1_000_000_000  # rows that can be made in one second, and more than anybody makes
LAST = 9_000_000_000  # second of the epoch, in the year 2255: SQLite's numbers end soon after
MOST_WORDS = 12  # of what somebody typed
AT_ONCE = 200  # pages that are merged in one step: the write lock is held some ten milliseconds
FTS5 = "fts5(key, owner, words, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', columnsize = 0)"
# As FTS5 sees words: no accents, and no sign holds two of them together. Beyond so much no caption goes.
PLAIN = (
    "to_tsvector('simple', regexp_replace(regexp_replace(normalize(translate(left({text}, 100000), 'ıİ', 'ii'), NFD), "
    r"'[\u0300-\u036f]', '', 'g'), '[!-/:-@\[-`{{-~]', ' ', 'g'))"
)
BETWEEN = re.compile(r"[\s!-/:-@\[-`{-~]+")


class Found(NamedTuple):
    """Keys of the newest rows; of those made before `ends`, where it is a time, there may be more."""

    keys: list[UUID]
    ends: dt.datetime | None


@dataclass(frozen=True, slots=True)
class WordIndex:
    """Of the texts in `column` of `table`. `dated`: the table that has the owner and the time of a row."""

    table: str
    key: str
    column: str
    dated: str

    @property
    def name(self) -> str:
        return f"{self.table}_words"

    def triggers(self) -> Iterator[Trigger]:
        """What keeps it, on SQLite."""
        new = self._of("NEW", "owner_id"), self._second(self._of("NEW", "created_at"))
        needs = ((self.table, (self.key, self.column)), (self.dated, ("owner_id", "created_at")))
        does = {
            "INSERT": self._add(*new),
            f"UPDATE OF {self.column}": f"UPDATE {self.name} SET words = {self._words('NEW')} WHERE {self._is('NEW')}",  # noqa: S608
            "DELETE": f"DELETE FROM {self.name} WHERE {self._is('OLD')}",  # noqa: S608
        }
        for event, what in does.items():
            name = f"{self.name}_{event.split()[0].lower()}"
            yield Trigger(name, self.table, event, needs=needs, only="sqlite", does=what)

    def remade(self) -> list[str]:
        """SQLite's, dropped and filled from the rows; it may have missed some."""
        dated = "" if self.dated == self.table else f" JOIN {self.dated} d ON d.id = t.{self.key}"
        of = "t" if self.dated == self.table else "d"
        second = self._second(f"{of}.created_at")
        number = f"row_number() OVER (PARTITION BY {second} ORDER BY {of}.created_at, t.{self.key}) - 1"
        return [
            f"DROP TABLE IF EXISTS {self.name}",
            f"CREATE VIRTUAL TABLE {self.name} USING {FTS5}",
            f"INSERT INTO {self.name} (rowid, key, owner, words) "  # noqa: S608 - names of ours
            f"SELECT {second} * {IN_A_SECOND} + {number}, t.{self.key}, {of}.owner_id, {self._words('t')} "
            f"FROM {self.table} t{dated} ORDER BY 1",
        ]

    @property
    def expression(self) -> str:
        """What PostgreSQL's is called: another rule for words is another index."""
        return f"{self.name}_folded"

    def indexed(self) -> list[str]:
        """SQL that makes PostgreSQL's, where it is not there."""
        made = f"{self.expression} ON {self.table} USING gin ({PLAIN.format(text=self.column)})"
        return [f"CREATE INDEX IF NOT EXISTS {made}", f"DROP INDEX IF EXISTS {self.name}"]

    def _words(self, row: str) -> str:
        """FTS5 takes accents away itself, and knows the dotted capital."""
        return f"replace({row}.{self.column}, 'ı', 'i')"

    def _of(self, row: str, column: str) -> str:
        if self.dated == self.table:
            return f"{row}.{column}"
        return f"(SELECT {column} FROM {self.dated} WHERE id = {row}.{self.key})"  # noqa: S608 - names of ours

    @staticmethod
    def _second(moment: str) -> str:
        return f"MIN(CAST(strftime('%s', {moment}) AS INTEGER), {LAST})"

    def _add(self, owner: str, second: str) -> str:
        first = f"{second} * {IN_A_SECOND}"
        last = (
            f"(SELECT rowid + 1 FROM {self.name} WHERE rowid >= {first} AND rowid < {first} + {IN_A_SECOND} "  # noqa: S608
            "ORDER BY rowid DESC LIMIT 1)"
        )
        values = f"COALESCE({last}, {first}), NEW.{self.key}, {owner}, {self._words('NEW')}"
        return f"INSERT INTO {self.name} (rowid, key, owner, words) VALUES ({values})"  # noqa: S608 - names of ours

    def _is(self, row: str) -> str:
        match = f"{self.name} MATCH 'key:\"' || {row}.{self.key} || '\"'"
        return f"rowid = (SELECT rowid FROM {self.name} WHERE {match})"  # noqa: S608 - names of ours


@cache
def indexes() -> dict[type[Model], WordIndex]:
    """Of all apps, by model."""
    return {each.model: _index(each) for manifest in manifests() for each in manifest.searched}


def _index(each: Searched) -> WordIndex:
    meta = each.model._meta
    way: Any = meta.get_field(each.by) if each.by else None
    dated = way.related_model._meta.db_table if isinstance(way, ForeignKey) else meta.db_table
    key, column = str(meta.pk.column), str(meta.get_field(each.column).column)  # type: ignore[union-attr]
    return WordIndex(meta.db_table, key, column, dated)


def triggers() -> Iterator[Trigger]:
    """Those that keep the indexes."""
    for each in indexes().values():
        yield from each.triggers()


def words_in(typed: str) -> list[str]:
    """The words that somebody typed; those beyond `MOST_WORDS` are not looked for.

    Their accents are the database's to take away, by the rule by which it took them from the rows.
    """
    plain = unicodedata.normalize("NFC", typed.translate(DOTLESS))
    return [word for word in BETWEEN.split(plain) if any(map(str.isalnum, word))][:MOST_WORDS]


def having(rows: QuerySet[Any], words: list[str], column: str) -> QuerySet[Any]:
    """Those of `rows` with all these words; on PostgreSQL."""
    asked = " & ".join(f"'{ACCENTS.sub('', unicodedata.normalize('NFD', word))}':*" for word in words)
    wanted = Func(Value(asked), template="to_tsquery('simple', %(expressions)s)")
    text = Func(column, template=PLAIN.format(text="%(expressions)s"))
    matches = Func(text, wanted, template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField())
    return rows.filter(matches)


def newest(
    connection: BaseDatabaseWrapper,
    index: WordIndex,
    words: list[str],
    *,
    owner: UUID | None,
    until: dt.datetime,
    most: int,
) -> Found:
    """On SQLite: those with all these words, of one owner or of all, made by the end of the second of `until`.

    `most`: how many at least, where there are so many; what was made in one second stays together.
    """
    asked = " AND ".join([*([f'owner:"{owner.hex}"'] if owner else []), *(f'words:"{word}" *' for word in words)])
    ask = f"SELECT rowid, key FROM {index.name} WHERE {index.name} MATCH %s AND rowid >= %s AND rowid < %s "  # noqa: S608
    end = min(int(until.timestamp()), LAST) + 1
    newest_first = f"{ask} ORDER BY rowid DESC LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(newest_first, [asked, 0, end * IN_A_SECOND, most + 1])
        rows = cursor.fetchall()
        if len(rows) <= most:
            return Found([UUID(key) for _, key in rows], None)
        last = rows[-1][0] // IN_A_SECOND
        cursor.execute(ask, [asked, last * IN_A_SECOND, (last + 1) * IN_A_SECOND])
        same = cursor.fetchall()
    kept = {key: None for number, key in rows if number // IN_A_SECOND > last} | {key: None for _, key in same}
    return Found([UUID(key) for key in kept], dt.datetime.fromtimestamp(last, dt.UTC))


def forget(connection: BaseDatabaseWrapper) -> None:
    """What was erased is nowhere in the index any more, nor in its free pages (PRAGMA secure_delete).

    FTS5 only notes that words went, until it merges what it has written. In steps, each a transaction of its own. (Its
    way to forget at once is in no SQLite before 3.42.)
    """
    if connection.vendor != "sqlite":
        return
    there = set(connection.introspection.table_names())
    for each in indexes().values():
        if each.name in there:
            _merge(connection, each.name)


def _merge(connection: BaseDatabaseWrapper, name: str) -> None:
    """All of it into one. Negative: whatever FTS5 thinks is worth it. Less than two changes: nothing is left."""
    inner: Any = connection.connection
    pages = -AT_ONCE
    with connection.cursor() as cursor:
        while True:
            before = inner.total_changes
            cursor.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('merge', %s)", [pages])  # noqa: S608
            if inner.total_changes - before < 2:
                return
            pages = AT_ONCE
