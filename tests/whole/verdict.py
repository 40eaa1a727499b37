"""What the database says against what followers see and what the platforms heard: I1 to I14, after the last kill."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db.models import F
from django_q.models import OrmQ, Task

from media.models import Asset
from outbox.models import LedgerEntry
from outbox.reasons.steps import EvidenceOfIt, TheySayItIsOut
from poster.ledger import verification
from publishing.models import Delivery
from publishing.models import Post as Posted
from watches.models import FoundFile

State, Kind = Delivery.State, LedgerEntry.Kind
NEGATIVES = 3
Post = dict[str, Any]


def verdict(order: dict[str, Any]) -> dict[str, Any]:
    """{"wrong": sentences, "ends": states of the deliveries and of pictures that never became one}."""
    feed, rows = order["feed"], list(Delivery.objects.select_related("channel", "post"))
    lines: dict[Any, list[LedgerEntry]] = defaultdict(list)
    for line in LedgerEntry.objects.order_by("outgoing", "number"):
        lines[line.outgoing_id].append(line)
    wrong = [f"{row.platform} {row.pk}: {fault}" for row in rows for fault in _about(row, lines[row.pk], feed)]
    wrong += _together(rows, feed, order["calls"])
    wrong += [fault for secret in order["secrets"] for fault in _told(secret)]
    wrong += [f"audit: {fault.sentence}" for fault in verification.verify()]
    ends = Counter(row.state for row in rows) + Counter(
        f"picture {asset.state}: {asset.reason_code}" for asset in _without_post()
    )
    return {"wrong": wrong, "ends": dict(ends)}


def _about(row: Delivery, lines: list[LedgerEntry], feed: list[Post]) -> Iterator[str]:
    assert row.channel is not None
    out = [post for post in feed if (post["platform"], post["width"]) == (row.platform, _width(row))]
    if len(out) > 1:
        yield f"it is public {len(out)} times"
    if row.state == State.PUBLISHED and not out:
        yield "I8: it is called published, and nobody can see it"
    if row.state == State.PUBLISHED and out and row.remote_id not in ("", out[0]["id"]):
        yield "I7: it is bound to another post"
    if any(post["text"] != row.text for post in out):
        yield "I4: other words are public than were approved"
    if row.state in State.given_up() and out:
        yield f"I6: it is called {row.state}, and it is out"
    if row.state in State.moving():
        yield f"I14: it is still {row.state}"
    if len({row.owner_id, row.channel.owner_id, row.post.owner_id}) > 1:
        yield "I12: owners differ"
    yield from _line_by_line(row, lines)


def _line_by_line(row: Delivery, lines: list[LedgerEntry]) -> Iterator[str]:
    if [line.number for line in lines] != list(range(1, len(lines) + 1)):
        yield "I9: the lines are not numbered one by one"
    intents = [at for at, line in enumerate(lines) if line.kind == Kind.COMMIT]
    if any(lines[at].content_hash != row.content_hash for at in intents):
        yield "I4: not every call sent what was approved"
    for one, two in pairwise(intents):
        between = lines[one + 1 : two]
        negatives = sum(line.verdict == "not there" for line in between)
        heard = any(line.kind in (Kind.OUTCOME, Kind.HUMAN) and line.status for line in between)
        if not heard and negatives < NEGATIVES:
            yield f"I2, I10: sent again after {negatives} negative answers"
    out = [at for at, line in enumerate(lines) if line.fact_code in {TheySayItIsOut.code, EvidenceOfIt.code}]
    if out and any(at > out[0] for at in intents):
        yield "I5: sent again after it was published"


def _together(rows: list[Delivery], feed: list[Post], calls: dict[str, int]) -> Iterator[str]:
    intents = Counter(LedgerEntry.objects.filter(kind=Kind.COMMIT).values_list("outgoing__platform", flat=True))
    for platform, heard in calls.items():
        if heard > intents[platform]:
            yield f"I1: {platform} heard {heard} calls that publish, and {intents[platform]} intents are written"
    ours = {(row.platform, _width(row)) for row in rows}
    for post in feed:
        if (post["platform"], post["width"]) not in ours:
            yield f"nobody asked for the post {post['id']} on {post['platform']}"
    yield from _whole(feed)


def _whole(feed: list[Post]) -> Iterator[str]:
    """Nothing twice, and nothing without what follows from it."""
    pictures = Counter((post["platform"], post["width"]) for post in feed)
    for (platform, width), many in pictures.items():
        if many > 1:
            yield f"I13: the picture {width} is {many} times on {platform}"
    for asset in FoundFile.objects.filter(state=FoundFile.State.TAKEN).annotate(many=F("post__pk")):
        if cast(Any, asset).many is None:
            yield f"I8: the picture {asset.name} has no post"
    for post in Posted.objects.exclude(words_from=None):
        if post.deliveries.count() != post.channels.count():
            yield f"I8: the post {post.pk} lacks a delivery"


def _width(row: Delivery) -> int | None:
    """Each picture has a width of its own: followers see which it is."""
    return Asset.objects.filter(posts=row.post_id).values_list("width", flat=True).first()


def _without_post() -> list[FoundFile]:
    return list(FoundFile.objects.exclude(state=FoundFile.State.TAKEN))


def _told(secret: str) -> Iterator[str]:
    """I11: in the ledger, on a row, in a message of the queue, in a log."""
    if (
        LedgerEntry.objects.filter(said__contains=secret).exists()
        or LedgerEntry.objects.filter(fact_params__contains=secret).exists()
    ):
        yield "I11: a token stands in the ledger"
    if Delivery.objects.filter(reason_params__contains=secret).exists():
        yield "I11: a token stands on a delivery"
    told = [*OrmQ.objects.values_list("payload", flat=True), *Task.objects.values_list("result", flat=True)]
    if any(secret in str(message) for message in told):
        yield "I11: a token stands in the queue"
    log = Path(settings.VAR).parent / "log"
    if log.exists() and secret in log.read_text(errors="replace"):
        yield "I11: a token stands in the log"
