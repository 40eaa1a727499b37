"""F82 to F85: what queues do to messages. A message says only "look what is due"; the rows know what that is.

django-q2 on Redis forgets a message as soon as a worker has taken it: when that one is killed, it is lost. On the
database it is handed out again: then it comes twice. Neither may lose a post or double one.
"""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.brokers import Broker, get_broker
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from operations.nudges import nudge
from outbox.models import LedgerEntry
from publishing.models import Delivery
from tests.house import House
from tests.whole.servers import NotHere, redis

ROUND = "outbox.tasks.round"
KILLED_WITH_IT = (
    "import os, sys, redis; redis.Redis.from_url(sys.argv[1]).blpop(sys.argv[2], 5); os.kill(os.getpid(), 9)"
)
State = Delivery.State


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A Redis of our own."""
    try:
        with redis() as address:
            yield address
    except NotHere as error:
        pytest.skip(str(error))


@pytest.fixture
def on_redis(address: str, monkeypatch: pytest.MonkeyPatch) -> Broker:
    """The queue is on Redis, and empty."""
    monkeypatch.setattr(Conf, "ORM", None)
    monkeypatch.setattr(Conf, "REDIS", address)
    broker = get_broker()
    broker.connection.flushall()
    return broker


@pytest.fixture(params=["redis", "database"])
def queue(request: pytest.FixtureRequest) -> Broker:
    """Either of the two."""
    return request.getfixturevalue("on_redis") if request.param == "redis" else get_broker()


@pytest.fixture
def due(house: House) -> list[Delivery]:
    """A post that is due on three channels."""
    house.connect()
    return house.approved("Fresh bread.")


def taken(broker: Broker) -> str:
    """A message, as a worker gets it; "" when there is none."""
    told = broker.dequeue()
    return told[0][1] if told else ""


def carried_out(message: str) -> None:
    """What a worker does with it."""
    import_string(SignedPackage.loads(message)["func"])()


def worked_off(broker: Broker, house: House, due: list[Delivery]) -> None:
    """The ticks go on, and somebody takes what they queue, until nothing moves."""
    for _ in range(30):
        nudge()
        if message := taken(broker) if broker.queue_size() else "":
            carried_out(message)
        OrmQ.objects.all().delete()  # acknowledged
        if not Delivery.objects.live().exists():
            return
        house.later(61)


def is_out_once(house: House, due: list[Delivery]) -> None:
    assert Counter(post["platform"] for post in house.box.feed()) == Counter(row.platform for row in due)
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.PUBLISHED}


def test_a_worker_that_is_killed_takes_its_message_along_and_the_next_tick_queues_another(
    house: House, due: list[Delivery], on_redis: Broker, address: str
) -> None:
    assert ROUND in nudge()
    while on_redis.queue_size():
        killed = subprocess.run([sys.executable, "-c", KILLED_WITH_IT, address, on_redis.list_key], check=False)
        assert killed.returncode == -signal.SIGKILL
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.QUEUED}
    assert ROUND in nudge()
    worked_off(on_redis, house, due)
    is_out_once(house, due)


def test_a_redis_that_was_flushed_in_the_middle_loses_nothing(
    house: House, due: list[Delivery], on_redis: Broker
) -> None:
    nudge()
    carried_out(taken(on_redis))
    async_task(ROUND)
    on_redis.connection.flushall()
    worked_off(on_redis, house, due)
    is_out_once(house, due)


def test_the_database_hands_a_message_out_again_and_nothing_is_doubled(house: House, due: list[Delivery]) -> None:
    broker = get_broker()
    async_task(ROUND)
    first = taken(broker)
    OrmQ.objects.update(lock=timezone.now() - dt.timedelta(seconds=Conf.RETRY + 1))  # its worker has not come back
    again = taken(broker)
    assert SignedPackage.loads(first)["id"] == SignedPackage.loads(again)["id"]
    carried_out(first)
    carried_out(again)
    worked_off(broker, house, due)
    is_out_once(house, due)


def test_one_message_five_times_and_five_messages_once_are_one_post(
    house: House, due: list[Delivery], queue: Broker
) -> None:
    for _ in range(5):
        async_task(ROUND)
    messages = [taken(queue) for _ in range(5)]
    for message in [*messages, *[messages[0]] * 5]:
        carried_out(message)
    worked_off(queue, house, due)
    is_out_once(house, due)


def test_a_message_that_comes_a_day_late_changes_nothing(house: House, due: list[Delivery], queue: Broker) -> None:
    async_task(ROUND)
    late = taken(queue)
    worked_off(queue, house, due)
    lines = LedgerEntry.objects.count()
    house.later(24 * 3600)
    carried_out(late)
    carried_out(late)
    assert LedgerEntry.objects.count() == lines
    is_out_once(house, due)
