"""Walking through a source to choose a folder: what somebody may see of it, who has not made a watch yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from accounts.models import Credential, User
from media.reasons import NotNow
from media.showing import because, small_of
from poster.database.folding import is_turkish
from poster.errors import OutsideError
from poster.folding import ordered
from poster.permissions import Caller, NotPossible, Scope, require_self
from watches import our_files
from watches.opened_sources import opened, opened_to_look
from watches.place_checks import check_login, check_source
from watches.reasons import orders as why
from watches.reasons.orders import NothingToTry
from watches.sources import SOURCES, Folder, Found, Matches, Opened, Previewing, Walkable, about


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
        return _in_order(source.open(text))
    found = _in_order(source.open(text or _beginning()))
    path = Path(found.id)
    if our_files.is_hidden(path):
        raise our_files.refused(path, about="place")
    if our_files.holds_ours(path):
        found = replace(found, folders=_not_hidden(found.folders), place=False)
    return replace(found, pictures=0, some=()) if our_files.is_ours(path) else found


def _in_order(found: Opened) -> Opened:
    """Its folders as whoever reads sorts them, where their letters have places of their own."""
    if not is_turkish():
        return found
    return replace(found, folders=sorted(found.folders, key=lambda each: ordered(each.name, turkish=True)))


def search_folders(where: Where, words: str, inside: str, *, by: Caller) -> Matches:
    """Those that are called so. Raises NotPossible, or what the source said."""
    source = _walkable(where, by)
    if not about(where.source).of_this_machine:
        return source.search(words, inside)
    found = source.search(words, inside or _beginning())
    return replace(found, folders=_not_hidden(found.folders))


def _not_hidden(folders: Sequence[Folder]) -> list[Folder]:
    return [each for each in folders if not our_files.is_hidden(Path(each.id))]


def picture(where: Where, found: Found, *, by: Caller) -> bytes:
    """A small JPEG of a picture that lies right in a folder. Raises NotPossible, CannotShow."""
    check(where, by)
    top = Path(found.place_id)
    if "\0" in f"{found.place_id}{unquote(found.external_id)}":  # no name of a file, and no system call takes it
        raise NotPossible(NothingToTry())
    if about(where.source).of_this_machine and (
        not top.is_absolute() or top.resolve() != top or our_files.is_ours(top)
    ):
        raise our_files.refused(top)
    try:
        source = opened_to_look(where.source, where.credential)
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
    source = opened(where.source, login)
    if not isinstance(source, Walkable):
        raise NotPossible(why.CannotBeWalked(source=SOURCES.label(where.source)), about="place")
    return source


def _beginning() -> str:
    """The inbox, where there is one: that is where pictures are dropped."""
    return str(our_files.inbox()) if our_files.inbox().is_dir() else ""
