"""Posts that may be out or not when their owner leaves: asked about once, and what stays in doubt is named.

They are never sent again, for everything of the person rests by then and the rows go; and nothing is called what it is
not, for the receipt says how many are in doubt, and where.
"""

from __future__ import annotations

from collections import Counter

from django.db.models import Q

from accounts.models import User
from operations.reasons import MaybeOut
from outbox.checking import look
from outbox.delivering import doubt_the_dead
from poster import clock
from publishing.models import Delivery
from publishing.platforms import PLATFORMS

MOST_LOOKS = 5  # each may take as long as the slowest platform, and a round must end
State = Delivery.State


def under_way(person: User) -> bool:
    """Whether the one call that cannot be taken back is being made at this moment."""
    sending = Delivery.objects.filter(owner=person, state=State.PUBLISHING)
    return sending.filter(leased_until__gt=clock.now()).exists()


def settle_or_name(person: User) -> MaybeOut | None:
    """Ask about them, as far as their logins still let us; a reason about those that nobody knows of, or None."""
    Delivery.objects.filter(Q(leased_until=None) | Q(leased_until__lt=clock.now()), owner=person).filter(
        state__in=State.unanswered()
    ).update(next_at=clock.now())
    for state, step in ((State.PUBLISHING, doubt_the_dead), (State.CHECKING, look)):
        rows = Delivery.objects.select_related("post", "channel__credential").filter(owner=person, state=state)
        for delivery in rows[:MOST_LOOKS]:
            if Delivery.objects.take(delivery, state=state):
                step(delivery)
        Delivery.objects.filter(owner=person, state=State.CHECKING, leased_until=None).update(next_at=clock.now())
    left = Delivery.objects.filter(owner=person, state__in=State.maybe_out()).values_list("platform", flat=True)
    return _said(Counter(left))


def _said(numbers: Counter[str]) -> MaybeOut | None:
    if not numbers:
        return None
    told = sorted(numbers.items())
    names = tuple(PLATFORMS.label(platform) for platform, _ in told)
    return MaybeOut(platforms=names, numbers=tuple(number for _, number in told))
