"""The ledger: written before and after every call, never changed, and whoever changes it is found out."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from poster import auditing, chaining
from poster.guarding import guard, unguard
from poster.models import Erasure, Event, Link
from publishing.delivery import ledger
from publishing.models import Delivery, Step
from tests.house import House


@pytest.fixture
def delivery(house: House) -> Delivery:
    channel = house.connect()["facebook"]
    (delivery,) = house.approved("Written down.", channel)
    return house.settle(delivery)


@pytest.fixture
def tampering(delivery: Delivery):
    """Somebody who took the wall down: the chain is what is left."""
    unguard(connection)
    yield
    guard(connection)


@pytest.mark.django_db
def test_a_long_ledger_is_read_many_lines_at_a_time(django_assert_max_num_queries) -> None:
    for number in range(40):
        auditing.record(Event.Kind.OPERATION, f"Line {number}.")
    with django_assert_max_num_queries(8):
        assert chaining.verify() == []


def test_a_whole_ledger_has_no_fault(delivery: Delivery) -> None:
    assert Step.objects.count() >= 5
    assert Link.objects.count() == Step.objects.count() + Event.objects.count()
    assert chaining.verify() == []
    assert chaining.verify(chaining.head()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE publishing_step SET sentence = 'nothing happened'",
        "DELETE FROM publishing_step",
        "UPDATE poster_link SET chain = digest",
        "DELETE FROM poster_link",
    ],
)
def test_the_database_refuses(delivery: Delivery, statement: str) -> None:
    with pytest.raises(DatabaseError, match="ledger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert chaining.verify() == []


def test_an_edit_is_found(delivery: Delivery, tampering) -> None:
    Step.objects.filter(kind=Step.Kind.COMMIT).update(sentence="It was not me.")
    (fault,) = chaining.verify()
    assert "changed after it was written" in fault.sentence


def test_a_removed_line_is_found(delivery: Delivery, tampering) -> None:
    Step.objects.filter(kind=Step.Kind.COMMIT).delete()
    (fault,) = chaining.verify()
    assert "nobody asked for its erasure" in fault.sentence


def test_a_line_put_in_past_us_is_found(delivery: Delivery) -> None:
    Step.objects.create(delivery=delivery, number=99, kind=Step.Kind.HUMAN, sentence="Forged.")
    (fault,) = chaining.verify()
    assert "put in past us" in fault.sentence


def test_two_lines_that_changed_places_are_found(delivery: Delivery, tampering) -> None:
    first, second = Link.objects.all()[:2]
    Link.objects.filter(pk=first.pk).update(line=delivery.pk)
    for link, other in ((second, first), (first, second)):
        Link.objects.filter(pk=link.pk).update(line=other.line, digest=other.digest)
    assert any("does not follow" in fault.sentence for fault in chaining.verify())


def test_a_cut_off_tail_is_found_by_whoever_kept_the_head(delivery: Delivery, tampering) -> None:
    head = chaining.head()
    last = Link.objects.last()
    assert last is not None
    Step.objects.filter(pk=last.line).delete()
    last.delete()
    assert chaining.verify() == []
    (fault,) = chaining.verify(head)
    assert "cut off" in fault.sentence


def test_another_key_does_not_verify(delivery: Delivery, settings) -> None:
    settings.AUDIT_KEY = "somebody else's"
    assert len(chaining.verify()) >= Link.objects.count()


def test_what_its_owner_asked_to_erase_may_go_and_the_chain_still_holds(delivery: Delivery) -> None:
    Erasure.objects.create(about=delivery.pk)
    delivery.steps.all().delete()
    assert chaining.verify() == []


def test_no_line_holds_a_token(delivery: Delivery) -> None:
    token = str(delivery.channel.token)
    lines = "".join(str(vars(step)) for step in Step.objects.all())
    assert token not in lines
    ledger.write(delivery, Step.Kind.READ, f"They sent access_token={token} back.")
    assert token not in Step.objects.latest("number").sentence
