"""Where a new watch may look: is it there, may this person look into it, and is it the place that was meant?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django.conf import settings

from accounts.connections.token_refresh import grant_of
from accounts.models import Credential, User
from poster.permissions import NotPossible
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
    opened = SOURCES[source](grant_of(login).access_token if login else "")  # type: ignore[call-arg]
    place = opened.place(text)
    if here:
        _check_not_ours(Path(place.id))
    doubt = None if anyway or not isinstance(opened, Doubting) else opened.doubt(replace(place, subfolders=subfolders))
    if doubt:
        raise Doubtful(doubt)
    return place


def _check_not_ours(folder: Path) -> None:
    """Our own files must never be taken for somebody's pictures."""
    var, inbox = Path(settings.VAR), Path(settings.INBOX)
    if folder.is_relative_to(inbox):
        return
    if folder.is_relative_to(var) or var.is_relative_to(folder):
        raise NotPossible(why.OurOwnFiles(folder=str(folder), inbox=str(inbox)), about="place")
