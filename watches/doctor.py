"""What the doctor looks at here: the watches, whoever writes their words, and what is held."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from poster.doctor import Finding, ok, problem, warning
from poster.errors import OutsideError
from poster.reasons import Actor
from watches import limits
from watches.model_checks import try_model
from watches.models import Watch
from watches.silence import notes
from writing.keys import key_for


def watches(*, offline: bool) -> Iterator[Finding]:
    """Do all watches look?"""
    rows = list(Watch.objects.with_stream())
    for watch in rows:
        name = _("watch %(name)s") % {"name": watch.name}
        if watch.state == Watch.State.BROKEN:
            yield problem(name, str(watch.problem or ""), Actor.YOU)
        elif said := notes(watch):
            yield warning(name, said, Actor.YOU)
    active = sum(watch.state == Watch.State.ACTIVE for watch in rows)
    yield ok(_("watches"), _("%(active)d of %(all)d are looking.") % {"active": active, "all": len(rows)})


def captioners(*, offline: bool) -> Iterator[Finding]:
    """Has every captioner that is used its key, is it accepted, and is the model there? Each key is tried once."""
    used = Watch.objects.exclude(state=Watch.State.PAUSED).values_list("captioner", "owner_id", "model").distinct()
    tried: set[tuple[str, str, str]] = set()
    for captioner, owner_id, model in used.order_by("captioner", "owner_id", "model"):
        name = _("captioner %(name)s") % {"name": captioner}
        try:
            mark = (captioner, key_for(captioner, owner_id).secret, model)
            if mark in tried:
                continue
            tried.add(mark)
            untried = "" if offline else try_model(owner_id, captioner, model)
        except OutsideError as error:
            yield problem(name, error.sentence)
        else:
            yield warning(name, untried) if untried else ok(name, _("Has what it needs."))


def held(*, offline: bool) -> Iterator[Finding]:
    """Limits that are met."""
    for met in limits.all_met():
        if met.person is not None:  # the disk is told with the data folder
            yield warning(_("limit of %(person)s") % {"person": met.person}, met.sentence)
