"""Two workers with the same picture for one channel, in the same moment, where the database lets both begin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from outbox import send_deadline
from poster import clock
from publishing.models import Delivery
from publishing.platforms import PLATFORMS
from tests import factories
from tests.held import deliver, show
from tests.postgres.meeting import meeting
from tests.publishing.staged import EVENTS, SHOWN
from tests.watches.staged import registered
from tests.whole.servers import Postgres

State = Delivery.State
LOOKS = {"sha256": "b" * 64, "fingerprint": "", "impression": "", "ai_mark": "", "mime": "image/jpeg"}
MADE = [{**LOOKS, "bytes": 1, "width": 1, "height": 1}]


@pytest.fixture
def twins(on_postgres: Postgres, settings: Any) -> Iterator[tuple[Delivery, Delivery]]:
    """Both prepared for one channel, by a watch; only what would be published is the same."""
    ann = factories.person("Ann")
    channel = factories.channel(ann)
    send_deadline.use(simulated=True)  # the two workers are threads
    with registered(PLATFORMS, "staged", "tests.publishing.staged:Platform"):
        channel.platform = "staged"
        channel.save()
        made = []
        for letter in ("a", "c"):
            post = factories.post(ann, channel, picture=factories.asset(ann, sha256=letter * 64))
            row = factories.delivery(post, channel, "prepared", refs=f"laid {letter}")
            show(row, b"x")
            Delivery.objects.filter(pk=row.pk).update(staged_at=clock.now())
            made.append(Delivery.objects.select_related("post", "channel__credential").get(pk=row.pk))
        yield made[0], made[1]
    send_deadline.use(simulated=False)
    EVENTS.clear()
    SHOWN.clear()


def test_a_twin_that_is_marked_and_out_before_we_mark_is_seen(on_postgres: Postgres, twins: Any) -> None:
    """Our gate was open; our mark waits for theirs; when it goes through, theirs is out already."""
    elder, younger = twins

    def theirs() -> Any:
        return Delivery.objects.filter(pk=younger.pk).update(
            state=State.PUBLISHING, committed_at=clock.now(), commits=1
        )

    def out(_marked: Any) -> Any:
        return Delivery.objects.filter(pk=younger.pk).update(state=State.PUBLISHED, published_at=clock.now())

    told = meeting(on_postgres, theirs, lambda: deliver(elder), then=out)
    assert not any(isinstance(answer, Exception) for answer in told), told
    assert SHOWN == []
    elder = Delivery.objects.select_related("post", "channel__credential").get(pk=elder.pk)
    assert (elder.state, elder.commits) == (State.NEEDS_YOU, 0)
    assert SHOWN == []
