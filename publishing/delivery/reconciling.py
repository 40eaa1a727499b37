"""After an older copy of the database was put back: what is out that it does not know of?

Each channel is asked once for everything that it shows since the copy, as soon as its lists have had time to follow. A
post that no row of ours knows is taken for ours by its words, or by what its picture looks like. When every such post
is explained, nothing else can be out, and what waits may go on. When one is not, everything that it could be waits for
its owner with the reason: never twice, even where it cannot be known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from accounts.models import Channel
from poster import clock, copies
from poster.errors import Actor, OutsideError, Refused, Unavailable
from poster.models import Restore
from poster.rounds import Over, never
from publishing.delivery import ledger, seeing
from publishing.delivery.drafting import draft_of_account
from publishing.delivery.ledger import Kind
from publishing.delivery.settling import settle
from publishing.delivery.weighing import settled_at
from publishing.models import Delivery, Post, Reconciled
from publishing.platforms import PLATFORMS, Listing, Posted, Receipt
from publishing.platforms.containers import same_words
from publishing.posts.limiting import limits_of
from watches.images import resembles
from watches.models import Asset

State = Delivery.State
Strangers = list[dict[str, str]]
Look = tuple[str, str]  # fingerprint and impression, as an Asset has them
NOBODY = UUID(int=0)
MARGIN = dt.timedelta(minutes=15)  # so much before the copy is looked at too: what was under way then, and wrong clocks
GIVE_UP = dt.timedelta(hours=1)  # after which a channel that does not answer counts as one that cannot be asked
ENDED = (State.FAILED, State.MISSED, State.CANCELLED)  # a person may have sent these after all since the copy
LONG_AGO = dt.timedelta(days=60)
LATELY = dt.timedelta(days=2)
FOUND = "It was posted after this copy was made: {} shows it."
NOT_THERE = "An older copy was put back. {} shows nothing that we do not know, so this is not out."
MAY_BE_OUT = (
    "A backup was put back, and {} shows {} that it does not know. This may be one of them. Look there: is it out?"
)
CANNOT_ASK = "A backup was put back, so this may be out already, and {} could not be asked ({}) Look there: is it out?"
PICTURE_IS_OUT = "A backup was put back. A post that {} shows since then looks the same, so it is not posted again: {}"
DRAFT_IS_OUT = "A backup was put back, and {} shows these words already: {} Discard it, or approve it to post it again."


@dataclass(slots=True)
class Looked:
    """One channel: what was explained, and what not."""

    found: list[tuple[Delivery, Posted]] = field(default_factory=list)
    drafts: list[tuple[Post, Posted]] = field(default_factory=list)
    pictures: list[tuple[UUID, Posted]] = field(default_factory=list)  # of assets
    unsure: list[Delivery] = field(default_factory=list)  # their words are there, but not once for each
    strangers: Strangers = field(default_factory=list)
    problem: str = ""


def reconcile(over: Over = never) -> int:
    """The channels whose time has come. Returns how many were asked."""
    restore = copies.open_one()
    if restore is None:
        return 0
    return sum(not over() and _reconcile(restore, channel) for channel in waiting(restore))


def waiting(restore: Restore) -> QuerySet[Channel]:
    """Channels that have still to be asked."""
    return at_stake().exclude(pk__in=Reconciled.objects.filter(restore=restore).values("channel"))


def at_stake() -> QuerySet[Channel]:
    """Channels to which something could go, or have gone."""
    asked = Q(deliveries__restored_at__isnull=False) | Q(posts__state=Post.State.DRAFT) | Q(watches__isnull=False)
    return Channel.objects.filter(asked).select_related("credential").distinct().order_by("pk")


def asked_from(restore: Restore, channel: Channel) -> dt.datetime:
    """When "it is not there" begins to count."""
    return settled_at(restore.created_at, limits_of(channel.platform).settle)


def _reconcile(restore: Restore, channel: Channel) -> bool:
    due = asked_from(restore, channel)
    if clock.now() < due:
        return False
    looked = Looked()
    try:
        posted = _posted(channel, restore.copied_at - MARGIN)
    except Unavailable as error:
        if clock.now() < due + GIVE_UP:
            return False
        looked.problem = error.sentence
    except OutsideError as error:
        looked.problem = error.sentence
    else:
        _explain(looked, channel, posted, restore)
    return _keep(restore, channel, looked)


def _posted(channel: Channel, since: dt.datetime) -> list[Posted]:
    platform = PLATFORMS[channel.platform]()
    if channel.practice != settings.PRACTICE:
        raise Refused("Practice and real accounts are never asked together.")
    if not isinstance(platform, Listing):
        raise Refused("It lists no posts.")
    shown = list(platform.posted(draft_of_account(channel), since))
    ids = [post.remote_id for post in shown]
    known = set(
        Delivery.objects.filter(platform=channel.platform, remote_id__in=ids).values_list("remote_id", flat=True)
    )
    return [post for post in shown if post.remote_id not in known]


def _explain(looked: Looked, channel: Channel, posted: list[Posted], restore: Restore) -> None:
    """By words first, then by pictures."""
    left = list(posted)
    for group in _by_words(_candidates(channel, restore)):
        same = [post for post in left if same_words(post.words, group[0].text)]
        if not same:
            continue
        if len(same) < len(group):
            looked.unsure += group
        else:
            looked.found += zip(group, same, strict=False)
        left = [post for post in left if post not in same[: len(group)]]
    for draft in Post.objects.filter(state=Post.State.DRAFT, channels=channel).exclude(text=""):
        if mine := next((post for post in left if same_words(post.words, draft.text)), None):
            looked.drafts.append((draft, mine))
            left.remove(mine)
    _by_pictures(looked, channel, left)


def _candidates(channel: Channel, restore: Restore) -> QuerySet[Delivery]:
    """What could be one of those posts: in doubt since the copy, at an end that a person may take back, or nameless."""
    ended = Q(state__in=ENDED, created_at__gt=restore.copied_at - LONG_AGO)
    nameless = Q(state=State.PUBLISHED, remote_id="", published_at__gt=restore.copied_at - LATELY)
    rows = Delivery.objects.filter(Q(restored_at__isnull=False) | ended | nameless, channel=channel).exclude(text="")
    return rows.order_by("created_at")


def _by_words(rows: Iterable[Delivery]) -> list[list[Delivery]]:
    """Those with the same words together: of twins nobody knows which is which."""
    groups: dict[str, list[Delivery]] = {}
    for row in rows:
        groups.setdefault(" ".join(row.text.split()), []).append(row)
    return list(groups.values())


def _by_pictures(looked: Looked, channel: Channel, left: list[Posted]) -> None:
    """What looks the same as a picture of ours is ours; the rest are strangers, remembered by what they look like."""
    taken = {row.pk for row, _ in looked.found} | {row.pk for row in looked.unsure}
    rows = Delivery.objects.filter(channel=channel, restored_at__isnull=False).exclude(pk__in=taken)
    ours = _looks(rows.values_list("pk", "post__assets__fingerprint", "post__assets__impression"))
    held = _looks(held_pictures(channel).values_list("pk", "fingerprint", "impression"))
    for post in left:
        seen = seeing.look_at(post.picture, channel.name) if post.picture else seeing.NOT_SEEN
        same, again = _alike(ours, seen), _alike(held, seen)
        if len(same) == 1:
            looked.found.append((Delivery.objects.get(pk=same[0]), post))
            ours = [(pk, look) for pk, look in ours if pk != same[0]]
        elif again and not same:
            looked.pictures += [(pk, post) for pk in again]
        else:
            told = {"id": post.remote_id, "permalink": post.permalink, "at": post.at.isoformat()}
            looked.strangers.append({**told, "fingerprint": seen[0], "impression": seen[1]})


def held_pictures(channel: Channel) -> QuerySet[Asset]:
    """Found again, or on their way when the copy was made: for this channel, and seen."""
    states = [Asset.State.HELD, Asset.State.DUPLICATE]
    rows = Asset.objects.filter(restored=True, state__in=states, watch__channels=channel)
    return rows.exclude(fingerprint="").exclude(impression="")


def _looks(rows: Iterable[tuple[UUID, str, str]]) -> list[tuple[UUID, Look]]:
    return [(pk, (mark, colours)) for pk, mark, colours in rows if mark and colours]


def _alike(ours: Iterable[tuple[UUID, Look]], seen: Look) -> list[UUID]:
    return [pk for pk, look in ours if seen[0] and seen[1] and resembles(look, seen)]


# -- what follows -----------------------------------------------------------------------------------------------------
def _keep(restore: Restore, channel: Channel, looked: Looked) -> bool:
    for delivery, post in looked.found:
        _settle(delivery, post)
    try:
        with transaction.atomic():
            Reconciled.objects.create(
                restore=restore,
                channel=channel,
                found=len(looked.found),
                strangers=looked.strangers,
                problem=looked.problem,
            )
            for draft, post in looked.drafts:
                _mark_draft(draft, channel, post)
            for key, post in looked.pictures:
                mark_picture(key, channel.name, post.permalink or post.remote_id)
            go_on_or_ask(in_doubt(channel), channel, looked)
    except IntegrityError:  # another worker has asked it in the same moment
        return False
    return True


def _settle(delivery: Delivery, post: Posted) -> None:
    if delivery.state == State.PUBLISHED:
        with transaction.atomic():
            ids = {"remote_id": post.remote_id, "permalink": delivery.permalink or post.permalink}
            Delivery.objects.filter(pk=delivery.pk, remote_id="").update(**ids)
            delivery.refresh_from_db()
            ledger.moved(delivery, Kind.DECISION, FOUND.format(delivery.channel_name))
    else:
        receipt = Receipt(post.remote_id, post.permalink)
        settle(delivery, receipt, FOUND.format(delivery.channel_name), kind=Kind.DECISION)


def _mark_draft(draft: Post, channel: Channel, post: Posted) -> None:
    said = DRAFT_IS_OUT.format(channel.name, post.permalink or post.remote_id)
    Post.objects.filter(pk=draft.pk, state=Post.State.DRAFT).update(hold=said)


def mark_picture(key: UUID, name: str, where: str) -> None:
    """It is out, so it is not posted again."""
    rows = Asset.objects.filter(pk=key, restored=True, state=Asset.State.HELD)
    rows.update(state=Asset.State.DUPLICATE, reason=PICTURE_IS_OUT.format(name, where))


def in_doubt(channel: Channel) -> QuerySet[Delivery]:
    """What may be out there without our knowing."""
    return Delivery.objects.filter(channel=channel, restored_at__isnull=False)


def go_on_or_ask(rows: Iterable[Delivery], channel: Channel, looked: Looked) -> None:
    """What is in doubt for this channel is certainly not out, or waits for its owner."""
    unsure = {row.pk for row in looked.unsure}
    clear = not looked.strangers and not looked.problem
    for delivery in rows:
        if clear and delivery.pk not in unsure:
            Delivery.objects.filter(pk=delivery.pk).update(restored_at=None)
            ledger.write(delivery, Kind.DECISION, NOT_THERE.format(channel.name))
        else:
            _ask_person(delivery, _why(channel, looked))


def _why(channel: Channel, looked: Looked) -> str:
    if looked.problem:
        return CANNOT_ASK.format(channel.name, looked.problem)
    number = len(looked.strangers) or len(looked.unsure)
    return MAY_BE_OUT.format(channel.name, f"{number} {'post' if number == 1 else 'posts'}")


def _ask_person(delivery: Delivery, sentence: str) -> None:
    """Whoever holds the row loses it: nothing goes on with it but a person's word."""
    values = {"state": State.NEEDS_YOU, "error": sentence, "actor": Actor.YOU, "leased_until": None}
    rows = Delivery.objects.filter(pk=delivery.pk, fence=delivery.fence, restored_at__isnull=False)
    if rows.exclude(state=State.PUBLISHED).update(**values, fence=F("fence") + 1):
        delivery.refresh_from_db()
        ledger.moved(delivery, Kind.DECISION, sentence)


def known_by(strangers: Iterable[dict[str, str]], look: Look) -> dict[str, str] | None:
    """The one of these posts that looks like this picture."""
    return next(
        (each for each in strangers if _alike([(NOBODY, look)], (each["fingerprint"], each["impression"]))), None
    )
