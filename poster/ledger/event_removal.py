"""Lines of the security log that go with a person: those about them, and those of others that name them."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q, QuerySet

from poster.ledger.erasure_permits import allowed
from poster.models import Erasure, Event
from poster.row_removal import Rows


def events_of(person: Any) -> QuerySet[Event]:  # noqa: ANN401 - accounts.User, which stands above this
    """The lines about this person, and those that name their address."""
    told = Event.objects.filter(fact_params__icontains=person.email).values_list("pk", "fact_params")
    naming = [key for key, params in told if names(params, person.email)]
    return Event.objects.filter(Q(person=person.pk) | Q(pk__in=naming))


def remove_events(batch: Rows) -> None:
    """Lines about the person are allowed to go by the person's id, lines of others that name them by their own."""
    people = {event.person for event in batch if event.person}
    gone = set(Erasure.objects.filter(about__in=people).values_list("about", flat=True))
    with allowed(event.pk for event in batch if event.person not in gone):
        Event.objects.filter(pk__in=[event.pk for event in batch]).delete()


def names(text: str, address: str) -> bool:
    """Whether this very address stands in `text`, and not merely as a part of somebody else's longer one."""
    return re.search(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)", text, re.IGNORECASE) is not None
