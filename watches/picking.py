"""Walking through a source to choose a folder: what somebody may see of it, who has not made a watch yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from django.conf import settings

from accounts.connections.token_refresh import grant_of, grant_to_look
from accounts.models import Credential, User
from media.reasons import NotNow
from media.showing import because, small_of
from poster.errors import OutsideError
from poster.permissions import Caller, NotPossible, Scope, require_self
from watches.place_checks import check_login, check_source
from watches.reasons import orders as why
from watches.reasons.orders import NothingToTry
from watches.sources import SOURCES, Folder, Found, Opened, Previewing, Source, Walkable, about


@dataclass(frozen=True, slots=True)
class Where:
    """A source, and the login that opens it."""

    owner: User
    source: str
    credential: Credential | None = None


def open_folder(where: Where, text: str, *, by: Caller) -> Opened:
    """The folder that is meant ("": where it begins). Raises NotPossible, or what the source said."""
    source = _walkable(where, by)
    if not about(where.source).of_this_machine:
        return source.open(text)
    found = source.open(text or _beginning())
    path = Path(found.id)
    if _is_ours(path):
        raise NotPossible(why.OurOwnFiles(folder=found.id, inbox=str(_inbox())), about="place")
    seen = replace(found, folders=[each for each in found.folders if not _is_ours(Path(each.id))])
    if _var().is_relative_to(path):  # ours are somewhere below, so it is no place
        seen = replace(seen, place=False)
    return replace(seen, pictures=0, some=()) if path.is_relative_to(_var()) and not _in_inbox(path) else seen


def search_folders(where: Where, words: str, inside: str, *, by: Caller) -> Sequence[Folder]:
    """Those that are called so. Raises NotPossible, or what the source said."""
    source = _walkable(where, by)
    if not about(where.source).of_this_machine:
        return source.search(words, inside)
    found = source.search(words, inside or _beginning())
    return [each for each in found if not _is_ours(Path(each.id))]


def picture(where: Where, found: Found, *, by: Caller) -> bytes:
    """A small JPEG of a picture that lies right in a folder. Raises NotPossible, CannotShow."""
    check(where, by)
    top = Path(found.place_id)
    if "\0" in f"{found.place_id}{unquote(found.external_id)}":  # no name of a file, and no system call takes it
        raise NotPossible(NothingToTry())
    if about(where.source).of_this_machine and (
        not top.is_absolute() or top.resolve() != top or (top.is_relative_to(_var()) and not _in_inbox(top))
    ):
        raise NotPossible(why.OurOwnFiles(folder=found.place_id, inbox=str(_inbox())))
    try:
        token = grant_to_look(where.credential).access_token if where.credential else ""
        source: Source = SOURCES[where.source](token)  # type: ignore[call-arg]
    except OutsideError as error:
        raise because(error, refused=NotNow()) from None

    def show(file: BinaryIO, seconds: float) -> None:
        try:
            if isinstance(source, Previewing):
                source.preview(replace(found, subfolders=False), file, seconds)
        except OutsideError as error:
            raise because(error, refused=NotNow()) from None

    return small_of(show, found.name)


def check(where: Where, by: Caller) -> Credential | None:
    """The login that opens it, where it needs one. Raises NotPossible for what is not theirs to look into."""
    require_self(where.owner, by, Scope.PUBLISH)
    check_source(where.source)
    if about(where.source).of_this_machine and not by.operates:
        raise NotPossible(why.FoldersOfOperator())
    return check_login(where.owner, where.source, where.credential)


def _walkable(where: Where, by: Caller) -> Walkable:
    login = check(where, by)
    source = SOURCES[where.source](grant_of(login).access_token if login else "")  # type: ignore[call-arg]
    if not isinstance(source, Walkable):
        raise NotPossible(why.CannotBeWalked(source=SOURCES.label(where.source)), about="place")
    return source


def _var() -> Path:
    return Path(settings.VAR).resolve()


def _inbox() -> Path:
    return Path(settings.INBOX).resolve()


def _in_inbox(path: Path) -> bool:
    return path.is_relative_to(_inbox())


def _is_ours(path: Path) -> bool:
    """Below our own files, and neither the inbox nor on the way to it."""
    return path.is_relative_to(_var()) and not _in_inbox(path) and not _inbox().is_relative_to(path)


def _beginning() -> str:
    """The inbox, where there is one: that is where pictures are dropped."""
    return str(_inbox()) if _inbox().is_dir() else ""
