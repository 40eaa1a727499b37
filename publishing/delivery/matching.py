"""What a channel shows that an older copy of the database does not know: which of it is ours?

By words first, then by what pictures look like. What stays unexplained are strangers: one of them could be anything
that was on its way when the copy was made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import Channel
from media.images import resembles
from outbox.access import account_of_channel
from poster.errors import Refused
from poster.models import Restore
from poster.reasons import Reason
from publishing.delivery import published_pictures
from publishing.models import Delivery, Post
from publishing.platforms import PLATFORMS, Listing, Posted
from publishing.platforms.containers import same_words
from publishing.reasons.evidence import ListsNothing, OtherWorld
from watches.models import FoundFile

State = Delivery.State
Strangers = list[dict[str, str]]
Look = tuple[str, str]  # fingerprint and impression, as an Asset has them
NOBODY = UUID(int=0)
LONG_AGO = dt.timedelta(days=60)
LATELY = dt.timedelta(days=2)


@dataclass(slots=True)
class Looked:
    """One channel: what was explained, and what not."""

    found: list[tuple[Delivery, Posted]] = field(default_factory=list)
    drafts: list[tuple[Post, Posted]] = field(default_factory=list)
    pictures: list[tuple[UUID, Posted]] = field(default_factory=list)  # of found files
    unsure: list[Delivery] = field(default_factory=list)  # their words are there, but not once for each
    strangers: Strangers = field(default_factory=list)
    problem: Reason | None = None

    @property
    def clear(self) -> bool:
        """Whether nothing is there that we do not know of."""
        return not self.strangers and not self.problem


def posted(channel: Channel, since: dt.datetime) -> list[Posted]:
    """What it shows since then that no row of ours knows. Raises what keeps it from being read to its end."""
    platform = PLATFORMS[channel.platform]()
    if channel.practice != settings.PRACTICE:
        raise Refused(OtherWorld())
    if not isinstance(platform, Listing):
        raise Refused(ListsNothing(service=PLATFORMS.label(channel.platform)))
    shown = list(platform.posted(account_of_channel(channel), since))
    ids = [post.remote_id for post in shown]
    known = set(
        Delivery.objects.filter(platform=channel.platform, remote_id__in=ids).values_list("remote_id", flat=True)
    )
    return [post for post in shown if post.remote_id not in known]


def explain(looked: Looked, channel: Channel, posted: list[Posted], restore: Restore) -> None:
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
    for draft in Post.objects.filter(state=Post.State.DRAFT, channels=channel).exclude(text="").distinct():
        if mine := next((post for post in left if same_words(post.words, draft.text)), None):
            looked.drafts.append((draft, mine))
            left.remove(mine)
    _by_pictures(looked, channel, left)


def _candidates(channel: Channel, restore: Restore) -> QuerySet[Delivery]:
    """What could be one of those posts: in doubt since the copy, at an end that a person may take back, or nameless."""
    ended = Q(state__in=State.given_up(), created_at__gt=restore.copied_at - LONG_AGO)
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
    held = _looks(held_pictures(channel).values_list("pk", "asset__fingerprint", "asset__impression"))
    for post in left:
        seen = published_pictures.look_at(post.picture, channel.name) if post.picture else published_pictures.NOT_SEEN
        same, again = _alike(ours, seen), _alike(held, seen)
        if len(same) == 1:
            looked.found.append((Delivery.objects.get(pk=same[0]), post))
            ours = [(pk, look) for pk, look in ours if pk != same[0]]
        elif again and not same:
            looked.pictures += [(pk, post) for pk in again]
        else:
            told = {"id": post.remote_id, "permalink": post.permalink, "at": post.at.isoformat()}
            looked.strangers.append({**told, "fingerprint": seen[0], "impression": seen[1]})


def held_pictures(channel: Channel) -> QuerySet[FoundFile]:
    """Found again, or on their way when the copy was made: for this channel, and seen."""
    kept_back = FoundFile.State.kept_back()
    rows = FoundFile.objects.filter(restored=True, state__in=kept_back, watch__channels=channel)
    return rows.exclude(asset=None).exclude(asset__fingerprint="").exclude(asset__impression="")


def _looks(rows: Iterable[tuple[UUID, str, str]]) -> list[tuple[UUID, Look]]:
    return [(pk, (mark, colours)) for pk, mark, colours in rows if mark and colours]


def _alike(ours: Iterable[tuple[UUID, Look]], seen: Look) -> list[UUID]:
    return [pk for pk, look in ours if seen[0] and seen[1] and resembles(look, seen)]


def known_by(strangers: Iterable[dict[str, str]], look: Look) -> dict[str, str] | None:
    """The one of these posts that looks like this picture."""
    return next(
        (each for each in strangers if _alike([(NOBODY, look)], (each["fingerprint"], each["impression"]))), None
    )
