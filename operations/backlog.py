"""What waits anywhere, counted, for the doctor and the front page: also what waits for nobody but us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from poster import clock
from publishing.models import Delivery, Post
from watches.arrivals import ARRIVING, WITHOUT_WORDS
from watches.models import FoundFile

LONG = dt.timedelta(minutes=15)  # a picture has its words within seconds or minutes
State, Found = Delivery.State, FoundFile.State
KINDS = (
    (FoundFile, Q(state=Found.FOUND), ngettext_lazy("%d picture to be fetched", "%d pictures to be fetched")),
    (
        FoundFile,
        Q(state=Found.INCOMPLETE),
        ngettext_lazy("%d picture for its rest", "%d pictures for their rest"),
    ),
    (FoundFile, WITHOUT_WORDS, ngettext_lazy("%d picture for its words", "%d pictures for their words")),
    (FoundFile, Q(state=Found.HELD), ngettext_lazy("%d picture for a person", "%d pictures for a person")),
    (
        Post,
        Q(state=Post.State.DRAFT) & ~Q(wants_words=Post.Words.CAPTIONER),
        ngettext_lazy("%d draft for a yes", "%d drafts for a yes"),
    ),
    (
        Delivery,
        Q(state__in=State.on_its_way()),
        ngettext_lazy("%d post on its way", "%d posts on their way"),
    ),
    (Delivery, Q(state=State.CHECKING), ngettext_lazy("%d post that is checked", "%d posts that are checked")),
    (Delivery, Q(state=State.NEEDS_YOU), ngettext_lazy("%d post for a verdict", "%d posts for a verdict")),
    (Delivery, Q(state=State.BLOCKED), ngettext_lazy("%d blocked post", "%d blocked posts")),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """`parts`: what waits, each kind with its number. `long`: pictures that wait longer than they should."""

    parts: list[str]
    long: int


def everything() -> Waiting:
    """Of everybody."""
    counted = [(words, model._default_manager.filter(which).count()) for model, which, words in KINDS]
    late = FoundFile.objects.filter(ARRIVING, created_at__lt=clock.now() - LONG).exclude(state=Found.INCOMPLETE)
    return Waiting([words % number for words, number in counted if number], late.count())


def looks() -> Iterator[tuple[str, str, str]]:
    """For the doctor."""
    found = everything()
    if not found.parts:
        yield _("waiting"), "ok", _("Nothing waits.")
        return
    told = _("What waits: %(parts)s.") % {"parts": ", ".join(found.parts)}
    if found.long:
        late = ngettext(
            "%d of these pictures waits longer than it should; what holds it up stands here too.",
            "%d of these pictures wait longer than they should; what holds them up stands here too.",
            found.long,
        )
        yield _("waiting"), "warning", f"{told} {late % found.long}"
    else:
        yield _("waiting"), "ok", told
