"""When the next step is due, for a host that works only now and then: it sleeps until then, and no longer."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import Channel
from outbox.due import moments, oldest
from poster.work.leases import LEASE
from publishing.models import Delivery
from tests import factories
from tests.clocks import Clock

State = Delivery.State
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def page(the_clock: Clock) -> Channel:
    the_clock.put(NOW)
    return factories.channel(factories.person("Ann"))


def due(page: Channel, at: dt.datetime, state: str = State.QUEUED) -> Delivery:
    return factories.delivery(factories.post(page.owner, page), page, state, next_at=at)


def test_where_nothing_is_on_its_way_there_is_no_next_moment(page: Channel) -> None:
    due(page, NOW, State.CANCELLED)
    assert (moments(), oldest()) == ([], None)


def test_of_all_that_is_on_its_way_the_first_one_counts_and_so_does_a_link_that_is_missing(page: Channel) -> None:
    for hours in (3, 2, 4):
        due(page, NOW + hours * HOUR)
    assert moments() == [NOW + 2 * HOUR]
    due(page, NOW + HOUR, State.PUBLISHED)
    assert moments() == [NOW + 2 * HOUR, NOW + HOUR]


def test_what_somebody_works_on_is_not_due_before_its_lease_is_over(page: Channel) -> None:
    row = due(page, NOW - HOUR)
    assert (moments(), oldest()) == ([NOW - HOUR], NOW - HOUR)
    assert Delivery.objects.take(row)
    assert (moments(), oldest()) == ([NOW + LEASE], None)
