"""What mails a person gets: each kind at once, in the mail of the morning, or never; and ending a kind by a link.

A link is signed and names the person and the kinds. It is good for ever, opens nothing, and can only end those mails:
whoever gets an old mail can still end them. A GET changes nothing, so that a scanner of mails may open it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.core.signing import BadSignature, Signer

from accounts.data_rights import news
from accounts.local_time import zone_of
from accounts.mailer import link
from accounts.models import Notice, User
from accounts.reasons.people import MailLinkUnknown
from poster import clock
from poster.permissions import NotPossible

Kind, Wish = Notice.Kind, User.Wish
MORNING = 8  # o'clock, in their zone: then the mail of the day goes out
TOGETHER = frozenset({Kind.FAILED, Kind.RECONNECT, Kind.BUDGET})  # those that the mail of the day gathers
SIGNER = Signer(salt="accounts.mail_choices", sep=".")
APART = "-"


def wish_of(person: User, kind: str) -> User.Wish:
    """How they want to be told of this. What has no choice comes at once."""
    wish = getattr(person, kind) if kind else Wish.AT_ONCE
    if isinstance(wish, bool):
        return Wish.AT_ONCE if wish else Wish.NEVER
    return Wish(wish)


def waits_for_morning(person: User, kind: str) -> bool:
    """Whether it belongs into the mail of the day."""
    return kind in TOGETHER and wish_of(person, kind) == Wish.DAILY


def next_morning(person: User) -> dt.datetime:
    """When their next mail of the day goes out."""
    now = clock.now().astimezone(zone_of(person))
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return morning if now < morning else morning + dt.timedelta(days=1)


def ending(person: User, kinds: Iterable[str]) -> str:
    """The address that ends mails of these kinds."""
    return link("mails_end", SIGNER.sign(APART.join([person.pk.hex, *sorted(set(kinds))])))


def opened(token: str) -> tuple[User, tuple[Notice.Kind, ...]]:
    """Whose mails it ends, and which. Raises NotPossible when it is not a link of ours."""
    try:
        whose, *kinds = SIGNER.unsign(token).split(APART)
        return User.objects.get(pk=UUID(whose)), tuple(Kind(each) for each in kinds)
    except (BadSignature, ValueError, User.DoesNotExist):
        raise NotPossible(MailLinkUnknown()) from None


def get(person: User, kinds: Iterable[Notice.Kind]) -> bool:
    """Whether they get any of these."""
    return any(wish_of(person, each) != Wish.NEVER for each in kinds)


def end(person: User, kinds: Sequence[Notice.Kind]) -> None:
    """They get these no more, and what waits to be mailed of them goes."""
    if not get(person, kinds):
        return
    over = {each.value: False if isinstance(getattr(person, each), bool) else Wish.NEVER for each in kinds}
    User.objects.filter(pk=person.pk).update(**over)
    Notice.objects.filter(owner=person, kind__in=over, sent_at=None).delete()
    person.refresh_from_db(fields=over)
    if Kind.NEWS in over:
        news.note(person)
