"""What django-q2 starts by the clock. The rounds are the safety net: whoever nudges only makes them prompt."""

from __future__ import annotations

from django_q.models import Schedule

from poster.manifests import rounds


def title_of(name: str) -> str:
    """What people call a task of ours; its name when it is none."""
    return next((str(each.title) for each in rounds() if each.run == name), name)


def install() -> None:
    """Write down the rounds of all apps; what is no round any more goes."""
    named = {each.run: each.every for each in rounds()}
    for name, minutes in named.items():
        Schedule.objects.update_or_create(
            name=name, defaults={"func": name, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1}
        )
    Schedule.objects.exclude(name__in=named).delete()
