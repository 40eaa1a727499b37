"""What is asked every second and every minute: answered by an index, however long the history is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

import publishing.describing.tasks
import watches.tasks
from operations import health
from outbox import preflight, takings, tasks, unblocked
from outbox.crew import Crew
from poster import clock
from poster.work import time_budget
from publishing.delivery import cleanup, removed_files
from publishing.posts import composing
from publishing.telling import failed, weekly
from tests import factories
from watches.models import FoundFile

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="it reads SQLite's plans"),
]
LONG = (
    "media_asset",
    "watches_foundfile",
    "writing_suggestion",
    "writing_aicall",
    "publishing_post",
    "publishing_postasset",
    "publishing_delivery",
    "outbox_outgoing",
    "outbox_ledgerentry",
)
WHOLE = tuple(f"SCAN {table}" for table in LONG)
ASKED = {
    "is anything to be published?": tasks.due,
    "is anything to be fetched?": watches.tasks.due,
    "was anything taken away?": removed_files.stop_what_was_taken_away,
    "did anything end thereby?": removed_files.end_what_was_taken_away,
    "is anything back?": removed_files.take_up_what_is_back,
    "is anything mended?": unblocked.unblock,
    "is anything to be composed or described?": publishing.describing.tasks.due,
    "is anything to be composed?": composing.compose_ready,
    "which deliveries are due?": lambda: takings.deliver_due(time_budget.begun(), Crew(1)),
    "what is not needed any more?": cleanup.drop_finished,
    "who is told what failed?": lambda: failed.tell(time_budget.never),
    "who is told of their week?": lambda: weekly.tell(time_budget.never),
    "how is it?": health.health,
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_nothing_that_is_asked_again_and_again_reads_a_whole_table(ask: Callable[[], object]) -> None:
    assert scans(ask) == []


def test_a_gate_reads_the_last_days_of_its_channel_alone(settings: Any) -> None:
    settings.BUCKET_URL = "s3://key:secret@bucket.example/pictures"
    ann = factories.person("Ann")
    channel = factories.channel(ann, "instagram", spacing=60)
    picture = factories.asset(ann)
    post = factories.post(ann, channel, picture=picture)
    delivery = factories.delivery(post, channel, media=[{"asset": str(picture.pk)}])
    asked: list[str] = []
    assert scans(lambda: preflight.gate(delivery), asked) == []
    assert len(asked) == 5  # all of them were asked
    assert scans(lambda: preflight.gate(delivery, anew=True), asked) == []
    assert len([sql for sql in asked if "sqlite_master" not in sql]) == 11  # once more, with the channel as it is now


def scans(ask: Callable[[], object], asked: list[str] | None = None) -> list[str]:
    """The steps of the plans of all that it asks that read one of the long tables from end to end."""
    found: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                steps = [str(row[3]) for row in cursor.fetchall()]
            found.extend(step for step in steps if step.startswith(WHOLE))
            if asked is not None:
                asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        ask()
    return found


def test_a_picture_that_has_its_post_is_due_for_nothing_any_more() -> None:
    ann = factories.person("Ann")
    asset = factories.file(ann, watched_by=factories.watch(ann, factories.channel(ann)))
    assert composing.compose_ready() == 1
    assert FoundFile.objects.get(pk=asset.pk).next_at > clock.now() + composing.NEVER / 2
    assert not composing.files_due().exists()
