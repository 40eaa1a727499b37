"""Where a new watch may look: is it there, may this person look into it, and is it the place that was meant?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from accounts.models import Credential, User
from poster.permissions import NotPossible
from watches import our_files
from watches.opened_sources import opened
from watches.reasons import orders as why
from watches.sources import SOURCES, Doubting, Place, about


class Doubtful(NotPossible):
    """Hardly the place that was meant: whoever means it says so."""


def check_source(source: str) -> None:
    """Raises NotPossible where there is none of this name."""
    if source not in SOURCES:
        raise NotPossible(why.NoSuchSource(name=source, known=tuple(SOURCES)))


def check_login(owner: User, source: str, credential: Credential | None) -> Credential | None:
    """The login that opens it; None where it needs none. Raises NotPossible."""
    wanted = about(source).provider
    if not wanted:
        return None
    if credential is None:
        raise NotPossible(why.NoLogin(source=SOURCES.label(source)), about="credential")
    if credential.owner_id != owner.pk or credential.provider != wanted:
        raise NotPossible(why.LoginOfAnother(source=SOURCES.label(source)))
    return credential


def find_place(
    source: str, text: str, login: Credential | None, *, operates: bool, subfolders: bool, anyway: bool
) -> Place:
    """The place that was put in, by an operator or not. Raises NotPossible, or what the source said.

    Doubtful where the source doubts that it was meant, unless `anyway`.
    """
    here = about(source).of_this_machine
    if here and not operates:
        raise NotPossible(why.FoldersOfOperator())
    there = opened(source, login)
    place = there.place(text)
    if here and our_files.holds_ours(Path(place.id)):
        raise our_files.refused(place.id, about="place")
    doubt = None if anyway or not isinstance(there, Doubting) else there.doubt(replace(place, subfolders=subfolders))
    if doubt:
        raise Doubtful(doubt)
    return place
