"""What django-q2 starts by the clock. The rounds are the safety net: whoever nudges only makes them prompt."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_q.models import Schedule

MINUTES = {
    "accounts.tasks.round": 1,
    "watches.tasks.round": 1,
    "publishing.tasks.round": 1,
    "operations.tasks.round": 1,
    "operations.privacy.retiring.daily": 24 * 60,
}
TITLES = {
    "accounts.tasks.round": _("Accounts: logins and notices"),
    "watches.tasks.round": _("Watches: looking, fetching, writing"),
    "publishing.tasks.round": _("Posts: composing, publishing, checking"),
    "operations.tasks.round": _("Install: erasures, and what a backup left open"),
    "operations.privacy.retiring.daily": _("Retention: what is kept no longer, once a day"),
}


def title_of(name: str) -> str:
    """What people call a task of ours; its name when it is none."""
    return str(TITLES.get(name, name))


def install() -> None:
    """Write the schedules down; what is no longer on the list goes."""
    for name, minutes in MINUTES.items():
        Schedule.objects.update_or_create(
            name=name, defaults={"func": name, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1}
        )
    Schedule.objects.exclude(name__in=MINUTES).delete()
