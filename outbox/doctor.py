"""What the doctor looks at here: is what goes out on its way?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outbox.models import Outgoing
from outbox.preflight import publishing_paused
from poster import clock
from poster.doctor import Finding, ok, problem, warning
from poster.reasons import Actor

LATE = dt.timedelta(minutes=10)


def deliveries(*, offline: bool) -> Iterator[Finding]:
    """Is anything late, or does it wait for a person?"""
    if publishing_paused():
        yield warning(_("deliveries"), _("All publishing is paused. Nothing goes out until it is switched on again."))
    late = Outgoing.objects.due().filter(next_at__lt=clock.now() - LATE).count()
    if late:
        text = ngettext(
            "%d should have moved on long ago. Is `manage.py start` running?",
            "%d should have moved on long ago. Is `manage.py start` running?",
            late,
        )
        yield problem(_("deliveries"), text % late)
    people = Outgoing.objects.for_people().exclude(state=Outgoing.State.MISSED).count()
    if people:
        text = ngettext(
            "%d failed, or waits for a person. The dashboard says which and why.",
            "%d failed, or wait for a person. The dashboard says which and why.",
            people,
        )
        yield warning(_("deliveries"), text % people, Actor.YOU)
    if not late and not people:
        yield ok(_("deliveries"), _("None is late, none waits for a person."))
