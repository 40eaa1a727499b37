"""Whoever has the database and not the key: whatever he does to the ledger is found, and nothing of it is an error.

Each attack is made with the triggers out of the way, which are back before anybody looks.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from poster import auditing, chaining, clock, forgetting, noting, raw, signing
from poster.models import Erasure, Event, Link
from poster.verifying import Code, verify
from publishing.delivery import ledger
from publishing.delivery.ledger import Kind
from publishing.delivery.settling import settle
from publishing.models import Delivery, Step
from publishing.platforms import Receipt
from tests import factories
from tests.walls import walls_down

SQLITE = connection.vendor == "sqlite"
COVERED = ("state", "remote_id", "permalink", "published_at", "content_hash", "text", "media")
# What no column should hold, as SQL. PostgreSQL refuses most of it by itself.
NONSENSE = ("NULL", "''", "'nonsense'", "x'ff00fe'", "CAST(x'ff' AS TEXT)", "'2026-99-99 25:61'", "9e999", "-1", "'[1'")
NONSENSE_ON_POSTGRES = ("NULL", "''", "'nonsense'", "'infinity'", "'-1'", "'20000-01-01'", "'[1]'")


@pytest.fixture
def attacked(transactional_db) -> Callable[..., list[Code]]:
    """Carry out an attack on a ledger of two deliveries (one published), events and erasures; look; undo it."""
    ann = factories.person("Ann")
    channel = factories.channel(ann)
    for number in range(2):
        delivery = factories.delivery(factories.post(ann, channel), channel)
        ledger.moved(delivery, Kind.OUTCOME, "They have it.", handle="container", seconds=0.25, status=200)
        if number:
            settle(delivery, Receipt("page_1", "https://example.org/1"), "They say it is out.")
    gone = [auditing.record(Event.Kind.SIGN_IN, f"Came in ({number}).") for number in range(2)]
    with forgetting.allowed(event.pk for event in gone):
        Event.objects.filter(pk__in=[event.pk for event in gone]).delete()
    auditing.record(Event.Kind.CONNECT, "Connected a login.", person=ann.pk)

    def carry_out(attack: Callable[[], object], known_head: str = "") -> list[Code]:
        with transaction.atomic():
            with walls_down():
                attack()
            found = [fault.code for fault in verify(known_head)]
            transaction.set_rollback(True)
        return found

    return carry_out


def content() -> list[dict[str, Any]]:
    """Every row of the ledger, as it is."""
    with raw.lenient(connection):
        return [row.values for model in COLUMNS for page in raw.pages(connection, model, 500) for row in page]


def test_a_ledger_that_nobody_touched_has_no_fault(attacked) -> None:
    assert attacked(lambda: None) == []
    assert attacked(lambda: None, chaining.head()) == []
    assert Link.objects.count() >= 10


def taken(rows: models.QuerySet[Any]) -> None:
    """Out of the table, and nothing else with them."""
    rows._raw_delete(rows.db)  # type: ignore[attr-defined]


def published() -> Delivery:
    return Delivery.objects.get(state="published")


def the_last(number: int) -> None:
    """The newest lines, with their links."""
    for link in list(Link.objects.order_by("-number")[:number]):
        taken(apps.get_model(link.table).objects.filter(pk=link.line))
        taken(Link.objects.filter(pk=link.pk))


def with_their_links(numbers: range) -> None:
    for link in list(Link.objects.filter(number__in=numbers)):
        taken(apps.get_model(link.table).objects.filter(pk=link.line))
        taken(Link.objects.filter(pk=link.pk))


def without_a_gap() -> None:
    with_their_links(range(3, 4))
    for link in Link.objects.filter(number__gt=3).order_by("number").values("number"):
        Link.objects.filter(number=link["number"]).update(number=link["number"] - 1)


def emptied() -> None:
    for model in (Link, Event, Erasure, Step):
        taken(model.objects.all())


def forged_erasure() -> None:
    Erasure.objects.create(about=published().pk)
    taken(published().steps.all())


def erasure_of_another() -> None:
    Erasure.objects.filter(pk=Erasure.objects.earliest("created_at").pk).update(about=published().pk)
    taken(published().steps.all())


def linked_erasure() -> None:
    """With a link that somebody made up who has no key."""
    note = Erasure.objects.create(about=published().pk)
    last = chaining.end()
    Link.objects.create(
        number=last.number + 1,
        table="poster.Erasure",
        version=1,
        line=note.pk,
        about=note.pk,
        made_at=note.created_at,
        digest="0" * 64,
        chain="1" * 64,
    )
    taken(published().steps.all())


def written_on() -> None:
    """The end is cut off, and the program goes on writing behind it."""
    the_last(2)
    for number in range(4):
        auditing.record(Event.Kind.OPERATION, f"Later {number}.")


def swapped() -> None:
    first, second = Link.objects.order_by("number")[:2]
    Link.objects.filter(pk=first.pk).update(line=uuid.UUID(int=1))
    Link.objects.filter(pk=second.pk).update(line=first.line, digest=first.digest)
    Link.objects.filter(pk=first.pk).update(line=second.line, digest=second.digest)


def copied_line() -> None:
    """A signed line once more, under another key."""
    line = published().steps.earliest("number")
    line.pk, line.number = uuid.UUID(int=2), 77
    line.save(force_insert=True)


def invented_delivery() -> None:
    row = published()
    Delivery.objects.filter(pk=row.pk).update(remote_id="")
    row.pk, row.channel, row.post = uuid.UUID(int=3), None, Delivery.objects.exclude(pk=row.pk).get().post
    row.save(force_insert=True)


ATTACKS: dict[Callable[[], object], set[Code]] = {
    lambda: taken(published().steps.filter(kind=Kind.OUTCOME)): {Code.GONE},
    lambda: taken(Link.objects.filter(number=2)): {Code.GAP, Code.LINK, Code.UNLINKED},
    lambda: with_their_links(range(3, 5)): {Code.GAP, Code.LINK},
    lambda: with_their_links(range(1, 3)): {Code.GAP, Code.LINK},
    lambda: the_last(1): {Code.NOTE},
    lambda: the_last(4): {Code.NOTE},
    without_a_gap: {Code.LINK},
    emptied: {Code.NOTE, Code.ORPHAN},
    written_on: {Code.NOTE},
    forged_erasure: {Code.UNLINKED, Code.GONE},
    erasure_of_another: {Code.CHANGED, Code.GONE},
    linked_erasure: {Code.LINK, Code.CHANGED, Code.GONE},
    lambda: taken(Erasure.objects.all()): {Code.GONE},
    swapped: {Code.LINK},
    copied_line: {Code.UNLINKED},
    invented_delivery: {Code.ORPHAN, Code.OUTCOME},
    lambda: Event.objects.create(kind="role", sentence="Forged."): {Code.UNLINKED},
    lambda: taken(Delivery.objects.filter(pk=published().pk)): {Code.ORPHAN},
    lambda: Link.objects.update(version=77): {Code.LINK},
    lambda: Link.objects.update(table="poster.Nothing"): {Code.LINK},
    lambda: Link.objects.update(about=uuid.uuid4()): {Code.LINK},
    lambda: Delivery.objects.filter(state="queued").update(state="published", published_at=clock.now()): {Code.OUTCOME},
}


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_an_attack_is_found(attacked, number: int) -> None:
    attack, codes = list(ATTACKS.items())[number]
    assert codes <= set(attacked(attack))


def test_a_kept_head_tells_where_this_machine_has_noted_nothing(attacked) -> None:
    head = chaining.head()
    kept = noting.noted()
    noting.forget()
    assert attacked(lambda: the_last(1)) == []
    assert attacked(lambda: the_last(1), head) == [Code.HEAD]
    assert kept is not None
    noting.start_again(kept)


def test_another_key_verifies_nothing(attacked, settings) -> None:
    settings.AUDIT_KEY = "somebody else's"
    assert attacked(lambda: None).count(Code.LINK) == Link.objects.count()


# -- every column of every row ----------------------------------------------------------------------------------------
COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    **{model: signing.columns(model, signing.newest(model)) for model in (Step, Event, Erasure)},
    Link: (*chaining.SAYS, "chain"),
    Delivery: (*COVERED, "id"),
}


def other(name: str, value: object) -> object:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1000  # unlike any other number here
        case dt.datetime():
            return value + dt.timedelta(microseconds=1)
        case uuid.UUID():
            return uuid.UUID(int=value.int ^ 1)
        case list():
            return [*value, {}]
        case None:
            return EMPTY.get(name, clock.now())
    return f"{value}x" if len(value) < 64 else f"{value[:-1]}{'01'[value.endswith('0')]}"  # type: ignore[arg-type, index]


EMPTY: dict[str, object] = {"person": uuid.UUID(int=4), "address": "192.0.2.1", "status": 7}


@pytest.mark.parametrize("model", COLUMNS)
def test_no_column_of_no_row_can_be_changed(attacked, model: type[models.Model]) -> None:
    for row in model._base_manager.all():
        for name in COLUMNS[model]:
            mine = model._base_manager.filter(pk=row.pk)
            value = other(name, getattr(row, name))
            assert attacked(lambda: mine.update(**{name: value})), (row, name)  # noqa: B023


@pytest.mark.parametrize("model", COLUMNS)
def test_nonsense_is_found_and_is_no_error(attacked, model: type[models.Model]) -> None:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    rows = model._base_manager.order_by("pk")
    key = model._meta.pk.get_db_prep_value(rows.values_list("pk", flat=True)[0], connection)
    where = f'WHERE "{model._meta.pk.column}" = %s'
    for name in COLUMNS[model]:
        for nonsense in NONSENSE if SQLITE else NONSENSE_ON_POSTGRES:
            column = fields[name].column
            told = f'UPDATE {model._meta.db_table} SET "{column}" = {nonsense} {where}'  # noqa: S608
            changed: list[bool] = []
            found = attacked(lambda: changed.append(written(told, key)))  # noqa: B023
            assert bool(found) == changed[0], (name, nonsense)


def written(statement: str, key: object) -> bool:
    """Whether the database took it, and anything is different now."""
    before = content()
    with connection.cursor() as cursor, contextlib.suppress(DatabaseError), transaction.atomic():
        if SQLITE:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(statement, [key])
    return content() != before
