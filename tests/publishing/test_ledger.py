"""The ledger: written before and after every call, never changed, and whoever changes it is found out.

What an attacker may try is in tests/poster/test_verifying.py; here the lines are those of real deliveries.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from outbox import ledger, manual_actions
from outbox.models import LedgerEntry
from poster.ledger import hash_chain, security_log
from poster.ledger.erasure_permits import allowed
from poster.ledger.verification import Code, verify
from poster.models import Event, Link
from poster.permissions import Caller
from publishing.models import Delivery
from publishing.platforms import Receipt
from tests.facts import Told
from tests.house import House
from tests.walls import walls_down


@pytest.fixture
def delivery(house: House) -> Delivery:
    channel = house.connect()["facebook"]
    (delivery,) = house.approved("Written down.", channel)
    return house.settle(delivery)


@pytest.mark.django_db
def test_a_long_ledger_is_read_many_lines_at_a_time(django_assert_max_num_queries) -> None:
    for number in range(40):
        security_log.record(Event.Kind.OPERATION, Told(words=f"Line {number}."))
    with django_assert_max_num_queries(12):
        assert verify() == []


@pytest.mark.django_db
def test_a_line_costs_four_statements(django_assert_num_queries) -> None:
    """Written, read back, the end of the chain, its next link; on PostgreSQL a lock. And the transaction around."""
    with django_assert_num_queries(4 + 2 + (connection.vendor == "postgresql")):
        security_log.record(Event.Kind.OPERATION, Told(words="It happened."))


def test_a_whole_ledger_has_no_fault(delivery: Delivery) -> None:
    assert LedgerEntry.objects.count() >= 5
    assert Link.objects.count() == LedgerEntry.objects.count() + Event.objects.count()
    assert verify() == []
    assert verify(hash_chain.head()) == []


def test_its_last_line_says_what_the_row_says(delivery: Delivery) -> None:
    """The post, its link, its words: with the key of the install."""
    last = delivery.entries.exclude(state="").latest("number")
    assert delivery.permalink
    assert (last.state, last.remote_id, last.permalink) == ("published", delivery.remote_id, delivery.permalink)
    out = delivery.entries.filter(state="published").earliest("number")
    assert (out.content_hash, out.created_at) == (delivery.content_hash, delivery.published_at)


def test_every_move_of_a_delivery_is_a_signed_line(house: House, killed) -> None:
    """Blocked, let go on, doubted, asked for, decided by a person: at each moment the row is what its lines say."""
    channel = house.connect()["facebook"]
    doubtful, left, blocked = (house.approved(text, channel)[0] for text in ("One.", "Two.", "Three."))
    killed(doubtful)
    manual_actions.forget(left, by=Caller.of(house.owner))
    house.channels["facebook"].__class__.objects.update(state="off")
    for delivery in (doubtful, blocked):
        house.settle(delivery, hours=1)
        assert verify() == []
    house.channels["facebook"].__class__.objects.update(state="active")
    house.settle(blocked)
    states = set(Delivery.objects.values_list("state", flat=True))
    assert states == {"published", "cancelled"}
    assert verify() == []


def test_a_receipt_that_belongs_to_another_is_settled_without_its_id(delivery: Delivery, house: House) -> None:
    from outbox.receipts import settle

    (twin,) = house.approved("Another.", delivery.channel)
    settle(twin, Receipt(delivery.remote_id), Told(words="They say it is out."))
    assert (twin.state, twin.remote_id) == ("published", "")
    assert verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outbox_ledgerentry SET fact_params = 'nothing happened'",
        "DELETE FROM outbox_ledgerentry",
        "UPDATE poster_link SET chain = digest",
        "DELETE FROM poster_link",
        "UPDATE poster_erasure SET about = id",
        "DELETE FROM poster_erasure",
        "INSERT OR REPLACE INTO outbox_ledgerentry SELECT * FROM outbox_ledgerentry",
        "INSERT OR REPLACE INTO poster_link SELECT * FROM poster_link",
    ],
)
def test_the_database_refuses(delivery: Delivery, statement: str) -> None:
    if "REPLACE" in statement and connection.vendor != "sqlite":
        pytest.skip("only SQLite has it")
    event = security_log.record(Event.Kind.OPERATION, Told(words="It goes."))
    with allowed([event.pk]):
        event.delete()
    with pytest.raises(DatabaseError, match="ledger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify() == []


def test_an_edit_is_found(delivery: Delivery) -> None:
    with walls_down():
        LedgerEntry.objects.filter(kind=LedgerEntry.Kind.COMMIT).update(fact_params="It was not me.")
    assert [fault.code for fault in verify()] == [Code.CHANGED]


def test_a_removed_line_is_found(delivery: Delivery) -> None:
    with walls_down():
        LedgerEntry.objects.filter(kind=LedgerEntry.Kind.COMMIT).delete()
    assert {fault.code for fault in verify()} == {Code.GONE, Code.OUTCOME}  # and how often it was sent is said nowhere


def test_another_post_in_the_row_of_a_delivery_is_found(delivery: Delivery) -> None:
    Delivery.objects.update(remote_id="somebody_elses", permalink="https://example.org/elsewhere")
    assert [fault.code for fault in verify()] == [Code.OUTCOME]


def test_other_words_in_the_row_of_a_delivery_are_found(delivery: Delivery) -> None:
    Delivery.objects.update(text="What nobody has approved.")
    assert [fault.code for fault in verify()] == [Code.OUTCOME]


def test_what_its_owner_asked_to_erase_may_go_and_the_chain_still_holds(delivery: Delivery) -> None:
    with allowed([delivery.pk]):
        delivery.entries.all().delete()
        delivery.delete()
    assert verify() == []


def test_no_line_holds_a_token(delivery: Delivery) -> None:
    token = str(delivery.channel.token)
    lines = "".join(str(vars(step)) for step in LedgerEntry.objects.all())
    assert token not in lines
    ledger.write(delivery, LedgerEntry.Kind.READ, Told(words=f"They sent access_token={token} back."))
    assert token not in LedgerEntry.objects.latest("number").sentence
