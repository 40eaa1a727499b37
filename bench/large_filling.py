"""An install with a long history, made of copies: one row of each kind by the factories, the others by SQL from it.

What a copy does not name is as in that row. Keys are scattered, as random ones are; times go evenly over two years. One
person has half of everything, all others share the rest. The triggers are taken down meanwhile and put up again.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model

from accounts.data_rights import agreements, documents
from accounts.models import Acceptance, Channel, Credential, Invitation, Request, User
from media.models import Asset, Blob
from outbox.models import LedgerEntry, Outgoing
from poster.database import trigger_sync, upkeep
from poster.models import Event
from publishing.models import Delivery, Post, PostAsset, PostTag, Series, Slot, Tag, Variant
from tests import factories
from watches.models import FoundFile, SourceCursor, Watch
from writing.models import AiCall, Suggestion

YEARS = 2 * 365 * 24 * 3600  # seconds
CHANNELS = 3  # of each person
VOCABULARY, SENTENCES = 20_000, 4_096
KINDS: tuple[type[Model], ...] = (
    *(User, Watch, SourceCursor, FoundFile, Post, PostAsset, Variant, Suggestion, AiCall, Blob, Outgoing),
    *(LedgerEntry, Event, Channel, Tag, PostTag, Series, Slot, Credential, Invitation, Request),
)
NUMBERS: dict[type[Model], int] = {kind: number for number, kind in enumerate(KINDS, 1)} | {Asset: 4}
# Of a thousand deliveries, so many ended or wait in each of these states; the others are published.
STATES = {"failed": 5, "missed": 5, "cancelled": 10, "needs_you": 1, "blocked": 1, "queued": 1}
QUICK = ("synchronous=OFF", "cache_size=-1500000", "secure_delete=OFF", "foreign_keys=OFF", "temp_store=MEMORY")
USUAL = ("synchronous=FULL", "cache_size=-8000", "secure_delete=ON", "foreign_keys=ON", "temp_store=DEFAULT")


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it. `lines`: how many of a hundred deliveries have four lines of the ledger each."""

    deliveries: int
    watches: int
    people: int
    lines: int = 10

    @property
    def posts(self) -> int:
        """That went out."""
        return self.deliveries // 3

    @property
    def every_watch(self) -> int:
        """So many that each post has a watch of its own owner."""
        whole = 2 * self.people
        return max(whole, -(-self.watches // whole) * whole)


def fill(size: Size) -> None:
    """Into an empty database that was migrated."""
    olga = factories.person("Olga", operator=True)
    made: dict[type[Model], Model] = {}
    for row in factories.everything(olga):
        made.setdefault(type(row), row)
    made |= {kind: kind._default_manager.first() for kind in (PostAsset, PostTag, AiCall, LedgerEntry, Variant)}
    made[SourceCursor] = SourceCursor.objects.get(watches__pk=made[Watch].pk)
    with _quick():
        _people(size, olga, made)
        _coming_in(size, made)
        _going_out(size, made)
        _around(size, made)
    upkeep.optimize()


@contextmanager
def _quick() -> Iterator[None]:
    """A power cut would be its end. Without triggers and indexes, which are put up afterwards."""
    trigger_sync.take_down(connection)
    _run(f"PRAGMA {each}" for each in QUICK)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        indexes = cursor.fetchall()
    _run(f'DROP INDEX "{name}"' for name, _ in indexes)
    try:
        yield
    finally:
        _run(sql for _, sql in indexes)
        _run(f"PRAGMA {each}" for each in USUAL)
        trigger_sync.mend(connection)


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for each in statements:
            cursor.execute(each)


def key(kind: type[Model], number: str) -> str:
    """SQL for the key of the row of this kind and number."""
    return f"printf('%08x%08x%016x', ({number}) * 2654435761 & 4294967295, {NUMBERS[kind]}, {number})"


def key_of(kind: type[Model], number: int) -> UUID:
    """The same in Python."""
    return UUID(f"{number * 2654435761 & 4294967295:08x}{NUMBERS[kind]:08x}{number:016x}")


def _whose(number: str) -> str:
    """SQL for the number of the person whose the post, watch or file of this number is."""
    return f"(CASE WHEN ({number}) % 2 THEN 1 ELSE ({number}) / 2 % :people END)"


def _many(row: Model, count: int, size: Size, **differs: str) -> None:
    """`count` copies, numbered n from 0; `differs`: SQL for columns that are not as in `row`."""
    fields = type(row)._meta.local_concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table = type(row)._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{table}" WHERE "{type(row)._meta.pk.column}" = %s', [_plain(row.pk)])
        usual = {field.column: _plain(value) for field, value in zip(fields, cursor.fetchone(), strict=True)}
        values = ", ".join(differs.get(name, f":{name}") for name in usual)
        series = "WITH RECURSIVE series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n + 1 < :count)"
        sql = f'{series} INSERT INTO "{table}" ({columns}) SELECT {values} FROM series'
        numbers = {"count": count, "people": size.people, "posts": size.posts, "watches": size.every_watch}
        inner: Any = cursor.cursor
        inner.connection.execute(sql, {**usual, **numbers})


def _plain(value: Any) -> Any:  # noqa: ANN401
    """As SQLite keeps it."""
    if isinstance(value, UUID):
        return value.hex
    return str(value) if isinstance(value, dt.date | dt.time) else value


def _moment(number: str, of: int) -> str:
    """SQL for the time of this number of so many, the last an hour ago."""
    since = f"strftime('%s', 'now') - 3600 - {YEARS}"
    return f"strftime('%Y-%m-%d %H:%M:%S', {since} + CAST(({number}) * {YEARS / of:.6f} AS INTEGER), 'unixepoch')"


# -- people -----------------------------------------------------------------------------------------------------------
def _people(size: Size, olga: User, made: dict[type[Model], Model]) -> None:
    own = {"email": "'person' || n || '@example.org'", "name": "'Person ' || n"}
    _many(olga, size.people, size, id=key(User, "n"), is_superuser="n = 0", **own)
    _many(made[Acceptance], size.people, size, id=key(User, "n"), owner_id=key(User, "n"), version="'old'")
    today = {**documents.current(), Acceptance.Document.AGE: agreements.age()}
    agreed = [(number, *each) for number in range(2) for each in today.items()]
    Acceptance.objects.bulk_create(
        Acceptance(owner_id=key_of(User, number), document=document, version=version)
        for number, document, version in agreed
    )
    with transaction.atomic():
        for number in range(size.people):
            _places(User.objects.get(pk=key_of(User, number)), number)


def _places(owner: User, number: int) -> None:
    """Where this person posts, and when."""
    for place, platform in enumerate(("facebook", "instagram", "threads")[:CHANNELS]):
        login = factories.login(owner, platform)
        mine = key_of(Channel, number * CHANNELS + place)
        factories.channel(owner, platform, credential=login, id=mine)
        for day in Slot.Day:
            Slot.objects.create(owner=owner, channel_id=mine, weekday=day, wall="09:00", zone="UTC")


# -- in ---------------------------------------------------------------------------------------------------------------
def _coming_in(size: Size, made: dict[type[Model], Model]) -> None:
    watches, files = size.every_watch, size.posts * 6 // 5
    owner, name = key(User, _whose("n")), "'Watch ' || n"
    far = "'2126-01-01 00:00:00'"  # nobody looks into their folders
    _many(made[SourceCursor], watches, size, id=key(SourceCursor, "n"), owner_id=owner, key="'/srv/' || n", next_at=far)
    _many(
        made[Watch],
        watches,
        size,
        id=key(Watch, "n"),
        owner_id=owner,
        name=name,
        stream_id=key(SourceCursor, "n"),
        place_id="'/srv/' || n",
        place_name="'Folder ' || n",
        looked_at=_moment("1", 1),
    )
    when, sha = _moment("n", files), "printf('%064x', n)"
    named = {"name": "'IMG_' || (100000 + n) || '.jpg'", "created_at": when, "sha256": sha, "owner_id": owner}
    _many(made[Asset], size.posts, size, id=key(Asset, "n"), fingerprint="printf('%016x', n * 2654435761)", **named)
    _many(made[Blob], size.posts, size, id=key(Blob, "n"), asset_id=key(Asset, "n"), owner_id=owner, key="'b' || n")
    taken = "n < :posts"
    other = "CASE n % 8 WHEN 0 THEN 'held' WHEN 1 THEN 'skipped' WHEN 2 THEN 'aside' ELSE 'recorded' END"
    _many(
        made[FoundFile],
        files,
        size,
        id=key(FoundFile, "n"),
        watch_id=key(Watch, "n % :watches"),
        watch_name="'Watch ' || n % :watches",
        asset_id=f"CASE WHEN {taken} THEN {key(Asset, 'n')} END",
        external_id="'file-' || n",
        state=f"CASE WHEN {taken} THEN 'taken' ELSE {other} END",
        next_at=far,
        **named,
    )


# -- out --------------------------------------------------------------------------------------------------------------
def _going_out(size: Size, made: dict[type[Model], Model]) -> None:
    _sentences()
    words = " || ' ' || ".join(f"(SELECT words FROM sentences WHERE number = {_any(turn)})" for turn in range(3))
    text, owner, when = f"{words} || ' No. ' || n", key(User, _whose("n")), _moment("n", size.posts)
    drafts = size.posts + size.posts // 100
    own = {"owner_id": owner, "created_at": _moment("n", drafts), "text": text}
    _many(made[Suggestion], size.posts, size, id=key(Suggestion, "n"), subject=key(Post, "n"), **own)
    of_watch = {"watch_id": key(Watch, "n % :watches"), "words_from_id": "NULL", "series_id": "NULL"}
    state = "CASE WHEN n < :posts THEN 'approved' WHEN n % 3 THEN 'draft' ELSE 'discarded' END"
    file = f"CASE WHEN n < :posts THEN {key(FoundFile, 'n')} END"
    _many(made[Post], drafts, size, id=key(Post, "n"), state=state, file_id=file, **of_watch, **own)
    of_post = {"post_id": key(Post, "n")}
    _many(made[PostAsset], size.posts, size, id=key(PostAsset, "n"), asset_id=key(Asset, "n"), **of_post)
    calls = {"subject": key(Post, "n"), "owner_id": owner, "created_at": when}
    _many(made[AiCall], size.posts, size, id=key(AiCall, "n"), **calls)
    third = {"post_id": key(Post, "n / 3"), "channel_id": key(Channel, f"{_whose('n / 3')} * {CHANNELS} + n % 3")}
    _many(made[Variant], size.posts * 3, size, id=key(Variant, "n"), **third)
    _deliveries(size, made, third)


def _any(turn: int) -> str:
    return f"(n * {7919 + 2 * turn} + n / {31 + turn}) % {SENTENCES}"


def _deliveries(size: Size, made: dict[type[Model], Model], third: dict[str, str]) -> None:
    count, when, state = size.posts * 3, _moment("n", size.posts * 3), _state()
    delivery = made[Delivery]
    later = f"CASE WHEN ({state}) = 'queued' THEN datetime('now', '+' || (10 + n % 20) || ' days') ELSE {when} END"
    out = f"CASE WHEN ({state}) = 'published' THEN {when} END"
    place = f"{_whose('n / 3')} * {CHANNELS} + n % 3"
    name = f"(SELECT name FROM accounts_channel WHERE id = {key(Channel, place)})"
    _many(
        Outgoing.objects.get(pk=delivery.pk),
        count,
        size,
        id=key(Outgoing, "n"),
        owner_id=key(User, _whose("n / 3")),
        channel_id=third["channel_id"],
        channel_name=name,
        platform="CASE n % 3 WHEN 0 THEN 'facebook' WHEN 1 THEN 'instagram' ELSE 'threads' END",
        dedupe="'d' || n",
        state=state,
        created_at=when,
        committed_at=out,
        published_at=out,
        due_at=later,
        next_at=later,
        latest_at=later,
        remote_id="'r' || n",
        permalink="'https://example.org/' || n",
    )
    text = f"(SELECT text FROM publishing_post WHERE id = {third['post_id']})"
    _many(delivery, count, size, outgoing_ptr_id=key(Outgoing, "n"), post_id=third["post_id"], text=text)
    _lines(size, made, count)


def _state() -> str:
    cases, below = "", 0
    for state, many in STATES.items():
        below += many
        cases += f" WHEN n * 7 % 1000 < {below} THEN '{state}'"
    return f"CASE{cases} ELSE 'published' END"


def _lines(size: Size, made: dict[type[Model], Model], count: int) -> None:
    """Four of each delivery that has any."""
    which = f"(n / 4 * {max(100 // size.lines, 1)})"
    kind = "CASE n % 4 WHEN 0 THEN 'decision' WHEN 1 THEN 'stage' WHEN 2 THEN 'commit' ELSE 'outcome' END"
    _many(
        made[LedgerEntry],
        count * size.lines // 100 * 4,
        size,
        id=key(LedgerEntry, "n"),
        outgoing_id=key(Outgoing, which),
        number="n % 4 + 1",
        kind=kind,
        commit_number="n % 4 = 2",
        created_at=_moment(which, count),
    )


def _sentences() -> None:
    """Words as often as words are: few of them everywhere, most of them seldom."""
    chance = random.Random(1)  # the same each time
    letters = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    vocabulary = ["".join(chance.choices(letters, k=chance.randint(2, 4))) for _ in range(VOCABULARY)]
    weights = [1 / (rank + 10) for rank in range(VOCABULARY)]
    rows = [(n, " ".join(chance.choices(vocabulary, weights, k=11)).capitalize() + ".") for n in range(SENTENCES)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE sentences (number INTEGER PRIMARY KEY, words TEXT)")
        cursor.executemany("INSERT INTO sentences VALUES (%s, %s)", rows)


# -- around -----------------------------------------------------------------------------------------------------------
def _around(size: Size, made: dict[type[Model], Model]) -> None:
    events, tags = size.deliveries // 5, size.people * 20
    when = _moment("n", events)
    _many(made[Event], events, size, id=key(Event, "n"), person=key(User, _whose("n")), created_at=when)
    whose = key(User, _whose(f"n % {tags}"))
    _many(made[Tag], tags, size, id=key(Tag, "n"), owner_id=whose, name="'tag ' || n")
    tagged = {"post_id": key(Post, "n"), "tag_id": key(Tag, f"n % {tags}")}
    _many(made[PostTag], size.posts // 2, size, id=key(PostTag, "n"), **tagged)
    series = {"owner_id": key(User, _whose("n")), "post_id": key(Post, "n")}
    _many(made[Series], size.people, size, id=key(Series, "n"), **series)
    invited = {"email": "'friend' || n || '@example.org'", "digest": "printf('%064x', n + 999999999)"}
    _many(made[Invitation], size.people * 5, size, id=key(Invitation, "n"), **invited)
    _many(made[Request], size.people * 2, size, id=key(Request, "n"), code="'code' || n", answered_at=":due_at")
    person = User.objects.get(pk=key_of(User, 1))
    done = LogEntry.objects.create(
        user=person, content_type=ContentType.objects.get_for_model(Post), object_id="x", action_flag=2
    )
    mine = {"object_id": f"(SELECT id FROM publishing_post WHERE id = {key(Post, 'n')})"}
    first = done.pk + 1
    _many(done, size.posts, size, id=f"n + {first}", user_id=key(User, _whose("n")), **mine)
