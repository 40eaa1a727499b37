"""Whoever has the database and not the key: whatever he does to the ledger is found, and nothing of it is an error.

Each attack is made with the triggers out of the way, which are back before anybody looks.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from typing import Any, cast

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import DatabaseError, connection, models, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from outbox import ledger
from outbox.ledger import Kind
from outbox.ledger_statements import SAID
from outbox.models import LedgerEntry, Outgoing
from outbox.receipts import settle
from poster import clock
from poster.database import raw_rows
from poster.ledger import erasure_permits, hash_chain, head_note, security_log, signatures
from poster.ledger.verification import Code, verify
from poster.models import Erasure, Event, Link
from publishing.delivery.post_statements import SAID_OF_DETAIL
from publishing.models import Delivery
from publishing.platforms import Receipt
from tests import factories
from tests.facts import Told
from tests.walls import walls_down

SQLITE = connection.vendor == "sqlite"
COVERED = (*SAID, "state", "remote_id", "permalink", "published_at", "content_hash")
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
        ledger.moved(delivery, Kind.OUTCOME, Told(words="They have it."), refs="container", seconds=0.25, status=200)
        if number:
            settle(delivery, Receipt("page_1", "https://example.org/1"), Told(words="They say it is out."))
    gone = [security_log.record(Event.Kind.SIGN_IN, Told(words=f"Came in ({number}).")) for number in range(2)]
    with erasure_permits.allowed(event.pk for event in gone):
        Event.objects.filter(pk__in=[event.pk for event in gone]).delete()
    security_log.record(Event.Kind.CONNECT, Told(words="Connected a login."), person=ann.pk)

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
    with raw_rows.lenient(connection):
        return [row.values for model in COLUMNS for page in raw_rows.pages(connection, model, 500) for row in page]


def test_a_ledger_that_nobody_touched_has_no_fault(attacked) -> None:
    assert attacked(lambda: None) == []
    assert attacked(lambda: None, hash_chain.head()) == []
    assert Link.objects.count() >= 10


def taken(rows: models.QuerySet[Any]) -> None:
    """Out of the table, and nothing else with them."""
    rows._raw_delete(rows.db)


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
    for model in (Link, Event, Erasure, LedgerEntry):
        taken(model.objects.all())


def forged_erasure() -> None:
    Erasure.objects.create(about=published().pk)
    taken(published().entries.all())


def erasure_of_another() -> None:
    Erasure.objects.filter(pk=Erasure.objects.earliest("created_at").pk).update(about=published().pk)
    taken(published().entries.all())


def linked_erasure() -> None:
    """With a link that somebody made up who has no key."""
    note = Erasure.objects.create(about=published().pk)
    last = hash_chain.end()
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
    taken(published().entries.all())


def swapped() -> None:
    first, second = Link.objects.order_by("number")[:2]
    Link.objects.filter(pk=first.pk).update(line=uuid.UUID(int=1))
    Link.objects.filter(pk=second.pk).update(line=first.line, digest=first.digest)
    Link.objects.filter(pk=first.pk).update(line=second.line, digest=second.digest)


def copied_line() -> None:
    """A signed line once more, under another key."""
    line = published().entries.earliest("number")
    line.pk, line.number = uuid.UUID(int=2), 77
    line.save(force_insert=True)


def invented_delivery() -> None:
    row = published()
    Delivery.objects.filter(pk=row.pk).update(remote_id="")
    row.channel, row.post = None, Delivery.objects.exclude(pk=row.pk).get().post
    anew(row, uuid.UUID(int=3))


def anew(row: models.Model, key: object) -> None:
    """The row once more, under another key."""
    row.pk = key
    for parent in type(row)._meta.parents:
        setattr(row, parent._meta.pk.attname, key)
    row._state.adding = True
    row.save(force_insert=True)


ATTACKS: dict[Callable[[], object], set[Code]] = {
    lambda: taken(published().entries.filter(kind=Kind.OUTCOME)): {Code.GONE},
    lambda: taken(Link.objects.filter(number=2)): {Code.GAP, Code.LINK, Code.UNLINKED},
    lambda: with_their_links(range(3, 5)): {Code.GAP, Code.LINK},
    lambda: with_their_links(range(1, 3)): {Code.GAP, Code.LINK},
    lambda: the_last(1): {Code.NOTE},
    lambda: the_last(4): {Code.NOTE},
    without_a_gap: {Code.LINK},
    emptied: {Code.NOTE, Code.ORPHAN},
    forged_erasure: {Code.UNLINKED, Code.GONE},
    erasure_of_another: {Code.CHANGED, Code.GONE},
    linked_erasure: {Code.LINK, Code.CHANGED, Code.GONE},
    lambda: taken(Erasure.objects.all()): {Code.GONE},
    swapped: {Code.LINK},
    copied_line: {Code.UNLINKED},
    invented_delivery: {Code.ORPHAN, Code.OUTCOME},
    lambda: Event.objects.create(kind="role", fact_code="forged"): {Code.UNLINKED},
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


def test_an_end_that_was_cut_off_stays_visible_whatever_is_written_behind_it(attacked) -> None:
    with walls_down():
        the_last(1)
    for number in range(5):
        security_log.record(Event.Kind.OPERATION, Told(words=f"Later {number}."))
        assert [fault.code for fault in verify()] == [Code.NOTE]


def test_a_kept_head_tells_where_this_machine_has_noted_nothing(attacked) -> None:
    head = hash_chain.head()
    kept = head_note.noted()
    head_note.forget()
    assert attacked(lambda: the_last(1)) == []
    assert attacked(lambda: the_last(1), head) == [Code.HEAD]
    assert kept is not None
    head_note.start_again(kept)


def test_another_key_verifies_nothing(attacked, settings) -> None:
    settings.AUDIT_KEY = "somebody else's"
    assert attacked(lambda: None).count(Code.LINK) == Link.objects.count()


# -- versions ---------------------------------------------------------------------------------------------------------
# What lines were signed under once stays as it is: a new column goes into a new version, with a line of its own here.
KEPT = {
    ("outbox.LedgerEntry", 1): "14cdcd630e4532d4",
    ("poster.Event", 1): "00550d497d3fb4a9",
    ("poster.Erasure", 1): "7f3ef187afe78c0a",
}


def test_every_column_is_signed_by_the_newest_version_and_no_older_one_ever_changes() -> None:
    models_of = hash_chain.lines()
    for model in models_of.values():
        named = {field.attname for field in model._meta.concrete_fields}
        assert set(signatures.columns(model, signatures.newest(model))) == named
        assert signatures.lost(model) == []  # of any version
    told = {
        (label, version): hashlib.sha256(" ".join(columns).encode()).hexdigest()[:16]
        for label, model in models_of.items()
        for version, columns in cast(Any, model).SIGNED.items()
    }
    assert told == KEPT


def test_lines_are_verified_by_the_list_of_their_time(attacked, monkeypatch) -> None:
    """A version that leaves the browser out: for lines that are written under it, and for no others."""
    old = Event.objects.latest("created_at")
    fewer = tuple(name for name in signatures.columns(Event, 1) if name != "browser")
    monkeypatch.setitem(Event.SIGNED, 2, fewer)
    new = security_log.record(Event.Kind.CONNECT, Told(words="Connected another."))
    assert Link.objects.get(line=new.pk).version == 2
    assert attacked(lambda: None) == []
    assert attacked(lambda: Event.objects.filter(pk=old.pk).update(browser="Netscape")) == [Code.CHANGED]
    assert attacked(lambda: Event.objects.filter(pk=new.pk).update(browser="Netscape")) == []
    assert attacked(lambda: Event.objects.filter(pk=new.pk).update(fact_params="x")) == [Code.CHANGED]
    monkeypatch.delitem(Event.SIGNED, 2)
    assert attacked(lambda: None) == [Code.LINK]  # a version that nobody knows any more


def test_a_signed_column_that_is_gone_is_found_and_stops_the_start(attacked, monkeypatch) -> None:
    """As after a release that renamed one: what was signed with it can be verified no more, and the rest can."""
    monkeypatch.setitem(Event.SIGNED, 0, (*Event.SIGNED[1], "mood"))
    old = Link.objects.filter(table=Event._meta.label)
    known = attacked(lambda: None)
    told = attacked(lambda: old.update(version=0))
    assert (known, told.count(Code.NONSENSE)) == ([], Event.objects.count())
    assert [each.id for each in run_checks()] == ["poster.E010"]


# -- every column of every row ----------------------------------------------------------------------------------------
COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    **{model: signatures.columns(model, signatures.newest(model)) for model in (LedgerEntry, Event, Erasure)},
    Link: (*hash_chain.SAYS, "chain"),
    Outgoing: (*COVERED, "id"),
    Delivery: ("outgoing_ptr_id", *SAID_OF_DETAIL, "text", "media"),
}


def other(name: str, value: Any) -> object:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + (1 if name == "commits" else 1000)  # unlike any other number here; of commits it takes three
        case dt.datetime():
            return value + dt.timedelta(microseconds=1)
        case uuid.UUID():
            return uuid.UUID(int=value.int ^ 1)
        case list():
            return [*value, {}]
        case None:
            return EMPTY.get(name, clock.now())
    return f"{value}x" if len(value) < 64 else f"{value[:-1]}{'01'[value.endswith('0')]}"


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


def written(statement: str, key: Any) -> bool:
    """Whether the database took it, and anything is different now."""
    before = content()
    with connection.cursor() as cursor, contextlib.suppress(DatabaseError), transaction.atomic():
        if SQLITE:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(statement, [key])
    return content() != before


# -- anything, in any order -------------------------------------------------------------------------------------------
ACTS = st.tuples(
    st.sampled_from(["delete", "take over", "exchange", "again"]),
    st.sampled_from(list(COLUMNS)),
    *[st.integers(0, 40)] * 3,
)


@given(acts=st.lists(ACTS, min_size=1, max_size=4))
@trying(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_to_rows_is_found(attacked, acts: list[tuple[Any, ...]]) -> None:
    changed: list[bool] = []

    def do_all() -> None:
        before = content()
        for act in acts:
            with contextlib.suppress(DatabaseError), transaction.atomic():
                do(*act)
        changed.append(content() != before)

    found = attacked(do_all)
    assert bool(found) == changed[0], acts


def do(act: str, model: type[models.Model], one: int, two: int, column: int) -> None:
    """Delete a row, give it the value of another one, exchange their values, or put it in once more."""
    rows = list(model._base_manager.order_by("pk"))
    if not rows:
        return
    first, second = rows[one % len(rows)], rows[two % len(rows)]
    name = COLUMNS[model][column % len(COLUMNS[model])]
    mine, theirs = (model._base_manager.filter(pk=row.pk) for row in (first, second))
    if act == "delete":
        taken(mine)
    elif act == "again":
        anew(first, uuid.UUID(int=one) if model is not Link else 1000 + one)
    else:
        theirs_now, mine_now = getattr(second, name), getattr(first, name)
        mine.update(**{name: theirs_now})
        if act == "exchange":
            theirs.update(**{name: mine_now})
