"""What a watch has found, and what became of it: for its own page. Counted to a bound, so that the page stays quick."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from poster.manifests import asked
from watches.models import FoundFile, Watch

QUESTION = "watches.outcomes"  # (watch) -> [Outcome]: what a higher app made of it
MOST = 1000  # of each kind that are counted
NEWEST = 12  # pictures that are shown


@dataclass(frozen=True, slots=True)
class Outcome:
    """So many of a kind. `where`: the list that shows them."""

    label: StrOrPromise
    number: int
    where: str

    @property
    def shown(self) -> str:
        return f"{MOST}+" if self.number > MOST else str(self.number)


def counted(rows: QuerySet[Any]) -> int:
    """How many, and no further than `MOST`."""
    return rows.order_by()[: MOST + 1].count()


def of(watch: Watch) -> list[Outcome]:
    """What there is any of, in the order in which it goes."""
    made = (each for tell in asked(QUESTION) for each in tell(watch))
    return [each for each in (*_found(watch), *made) if each.number]


def newest(watch: Watch) -> Sequence[FoundFile]:
    """The latest that it found."""
    return list(FoundFile.objects.filter(watch=watch).select_related("asset").order_by("-created_at")[:NEWEST])


def _found(watch: Watch) -> Iterator[Outcome]:
    state = FoundFile.State
    kinds = (
        ("recorded", _("there before"), [state.RECORDED]),
        ("way", _("being fetched"), list(state.coming())),
        ("ready", _("fetched"), [state.TAKEN]),
        ("you", _("waiting for you"), [state.HELD]),
        ("not", _("not posted"), list(state.not_posted())),
        ("aside", _("put aside"), [state.ASIDE]),
    )
    for stage, label, states in kinds:
        where = urlencode({"watch__id__exact": str(watch.pk), "stage": stage})
        rows = FoundFile.objects.filter(watch=watch, state__in=states)
        yield Outcome(label, counted(rows), f"{reverse('admin:watches_foundfile_changelist')}?{where}")
