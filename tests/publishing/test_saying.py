"""Every column of a delivery and of its post: a signed line says what it holds, or it is said here why none does.

Made from the models, so that a new column has to be put on one side.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from accounts.connections import disconnection
from accounts.models import Channel, Credential
from operations.privacy import erasure
from outbox.models import LedgerEntry
from poster import clock
from poster.ledger.verification import Code, verify
from poster.permissions import TERMINAL, Caller
from publishing.models import Delivery, Post
from publishing.posts import approval_undo, approving
from tests import factories
from tests.house import House
from tests.walls import walls_down

# Why no line says what it holds.
NOT_SAID: dict[type[models.Model], dict[str, str]] = {
    Delivery: {
        "next_at": "when a worker looks next",
        "leased_until": "which worker has it",
        "fence": "how often it was taken; each line holds that of its moment",
        "deaths": "how often a worker died of it",
        "latest_at": "moves with each wait that its channel asks for",
        "undone_at": "whether it is offered to be approved again; the line of the undoing tells when it was",
        "renditions": "which bytes were made of `media`, which is said",
        "keys": "sealed, and open nothing but what is laid down",
        "staged_until": "only when it is laid down anew",
        "done": "how far it is, for people",
        "total": "how much it is, for people",
        "redone": "how often something was spoilt; each time is a line",
        "commit_bytes": "how long the call may take, which is said when it is marked",
        "follow_until": "only until when they are asked; then a person is",
        "laid": "names in the bucket, until they are taken out",
        "settle_from": "moves when the clock is put, and only makes it wait longer",
        "tries": "of the present step; each try is a line",
        "looks": "how often they were asked for its link",
        "reason_code": "what its last line says; the gate asks again before anything hangs on it",
        "reason_params": "the same",
        "actor": "who is asked to act",
        "restored_at": "only makes it wait; that a copy was put back is a line of the security log",
    },
    Post: {
        "id": "deliveries name it",
        "created_at": "decides nothing",
        "watch_id": "where its picture came from; the picture is frozen into each delivery",
        "file_id": "where its picture came from, too",
        "words_from_id": "where its words came from; the words are said",
        **dict.fromkeys(
            (
                "wants_words",
                "turn",
                "hint",
                "words_before",
                "words_before_from_id",
                "wordless_because_code",
                "wordless_because_params",
                "tries",
                "next_at",
                "leased_until",
                "fence",
                "deaths",
            ),
            "how a draft gets its words: what is approved has them, and nobody asks for others",
        ),
        "fit": "frozen into each delivery",
        **dict.fromkeys(("series_id", "occurrence"), "of what it is a repetition; the yes is told with its delivery"),
        **dict.fromkeys(("due_at", "queue", "made_with_ai", "adult"), "frozen into each delivery"),
        "latest_hours": "frozen into each delivery",
        "hold_code": "why it waited before somebody decided",
        "hold_params": "of that",
    },
}
SAID = [
    (model, each.attname)
    for model, reasons in NOT_SAID.items()
    for each in model._meta.concrete_fields
    if each.attname not in reasons
]


@pytest.fixture
def delivery(house: House) -> Delivery:
    """Published, of a post that a person approved."""
    channel = house.connect()["facebook"]
    (delivery,) = house.approved("Written down.", channel)
    house.settle(delivery)
    assert verify() == []
    delivery.refresh_from_db()
    return delivery


REFUSED = "refused"  # the database takes it from nobody


def changed(row: models.Model, **columns: Any) -> list[str]:
    """In the database alone; what is found. It is undone again."""
    with transaction.atomic():
        with walls_down(), connection.cursor() as cursor:
            foreign = (
                "PRAGMA defer_foreign_keys = ON" if connection.vendor == "sqlite" else "SET CONSTRAINTS ALL DEFERRED"
            )
            cursor.execute(foreign)
            try:
                with transaction.atomic():
                    type(row)._base_manager.filter(pk=row.pk).update(**columns)
            except IntegrityError:
                found = [REFUSED]
            else:
                found = []
        found += [fault.code for fault in verify()]
        transaction.set_rollback(True)
    return found


def others(row: models.Model, name: str) -> list[Any]:
    """Values that it does not hold: another one of its kind, and none at all where it may be empty."""
    value = getattr(row, name)
    each = row._meta.get_field(name.removesuffix("_id") if name not in ("id", "remote_id") else name)
    match value:
        case None:
            other: Any = clock.now()
        case bool() | int():
            other = (value + 1) % 3
        case dt.datetime():
            other = value + dt.timedelta(seconds=1)
        case uuid.UUID():
            other = uuid.UUID(int=7)
        case list():
            other = [{"asset": "x"}]
        case _:
            other = "discarded" if value == "approved" else "failed" if name == "state" else f"{value}x"[-64:]
    return [other, None] if each.null and value is not None else [other]


def test_a_reason_is_given_for_columns_that_there_are() -> None:
    for model, reasons in NOT_SAID.items():
        assert set(reasons) < {each.attname for each in model._meta.concrete_fields}


@pytest.mark.parametrize(("model", "name"), SAID, ids=[f"{model.__name__}.{name}" for model, name in SAID])
def test_whatever_is_written_into_a_column_past_us_is_found(
    delivery: Delivery, model: type[models.Model], name: str
) -> None:
    row = delivery if model is Delivery else delivery.post
    for value in others(row, name):
        assert set(changed(row, **{name: value})) & {Code.OUTCOME, Code.ORPHAN, REFUSED}, value


@pytest.mark.parametrize("columns", [{"remote_id": "elsewhere"}, {"platform": "threads"}])
def test_a_channel_that_is_another_place_now_is_found(delivery: Delivery, columns: dict[str, str]) -> None:
    assert delivery.channel
    assert changed(delivery.channel, **columns) == [Code.OUTCOME]


def test_an_account_that_was_erased_covers_nothing(delivery: Delivery) -> None:
    """Its id in a row past us is no excuse: what is not in a signed line decides nothing."""
    mallory = factories.person("Mallory")
    gone = mallory.pk
    assert erasure.carry_on(mallory, by=TERMINAL).done
    forged = {"state": "failed", "remote_id": "", "permalink": "https://evil.example/", "text": "Nobody's words."}
    assert changed(delivery, owner_id=gone) == [Code.OUTCOME]
    assert set(changed(delivery, owner_id=gone, published_at=None, **forged)) == {Code.OUTCOME}
    assert changed(delivery.post, decided_by=gone) == [Code.OUTCOME]


def test_a_line_of_before_says_nothing_in_columns_that_came_later(delivery: Delivery) -> None:
    """What its version does not sign could be written by anybody."""
    first = delivery.entries.earliest("number")
    forged = {"outgoing": {"channel_name": "Somebody else"}}
    signed = LedgerEntry.SIGNED
    before = {0: tuple(name for name in signed[1] if name != "says")}
    try:
        LedgerEntry.SIGNED = before
        old = factories.step(delivery, "decision", "Written before.")
        LedgerEntry.SIGNED = before | signed
        assert verify() == []
        assert changed(old, says=forged) == [Code.CHANGED]
        assert Code.CHANGED in changed(first, says=forged)
    finally:
        LedgerEntry.SIGNED = signed


def test_what_was_written_into_a_row_is_not_signed_by_the_next_move(house: House) -> None:
    """A line says what its move has changed, and takes nothing else from the row."""
    channel = house.connect()["facebook"]
    (delivery,) = house.approved("Written down.", channel)
    Delivery.objects.update(channel_name="Somebody else", due_at=delivery.due_at - dt.timedelta(days=1))
    house.settle(delivery)
    assert delivery.state == Delivery.State.PUBLISHED
    assert [fault.code for fault in verify()] == [Code.OUTCOME]


# -- what may change ---------------------------------------------------------------------------------------------------
def test_a_channel_may_be_forgotten_and_only_with_its_row(delivery: Delivery) -> None:
    assert changed(delivery, channel=None) == [Code.OUTCOME]
    login = Credential.objects.get(channels=delivery.channel)
    disconnection.disconnect(login, by=TERMINAL)
    login.refresh_from_db()
    disconnection.forget(login, by=TERMINAL)
    delivery.refresh_from_db()
    assert (delivery.channel, verify()) == (None, [])
    assert not Channel.objects.filter(credential=login.pk).exists()
    assert changed(delivery, channel_name="Somebody else") == [Code.OUTCOME]


def test_whoever_approved_may_leave(house: House) -> None:
    member = factories.person("Mary")
    post = factories.post(member, factories.channel(member))
    other = factories.person("Olga", operator=True)
    approving.approve(post, by=Caller.of(other))
    assert erasure.carry_on(other, by=TERMINAL).done
    post.refresh_from_db()
    assert (post.decided_by, verify()) == (None, [])
    assert changed(post, decided_by=house.owner) == [Code.OUTCOME]


def test_while_somebody_leaves_their_rows_still_say_what_their_lines_say(house: House) -> None:
    channel = house.connect()["facebook"]
    (waiting,) = house.approved("Not out yet.", channel)
    (out,) = house.approved("Out.", channel)
    Delivery.objects.filter(pk=waiting.pk).update(next_at=clock.now() + dt.timedelta(days=1))
    house.settle(out)
    factories.person("Olga", operator=True)
    erasure.begin(house.owner, by=TERMINAL)
    waiting.refresh_from_db()
    assert (waiting.state, verify()) == (Delivery.State.CANCELLED, [])
    assert changed(out, state="cancelled") == [Code.OUTCOME]
    assert changed(waiting, channel_name="Somebody else") == [Code.OUTCOME]


def test_a_draft_that_was_taken_back_is_free_until_somebody_approves_it(house: House) -> None:
    channel = house.connect()["facebook"]
    post = house.post("One.", channel)
    approving.approve(post, by=Caller.of(house.owner), undoable=True)
    assert changed(post, text="Two.") == [Code.OUTCOME]
    approval_undo.undo(post, by=Caller.of(house.owner))
    assert verify() == []
    approving.reword(post, text="Two.", alt_texts={}, by=Caller.of(house.owner))
    assert (post.text, verify()) == ("Two.", [])
    assert changed(post, state="approved") == [Code.OUTCOME]
    approving.discard(post, by=Caller.of(house.owner))
    assert verify() == []
    approval_undo.undo(post, by=Caller.of(house.owner))
    approving.approve(post, by=Caller.of(house.owner))
    assert (post.state, verify()) == ("approved", [])
