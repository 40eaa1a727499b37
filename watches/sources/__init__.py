"""Where pictures appear: the seam between a place and the files in it.

A source is a class with these methods. It takes values and returns values; it sees no model and no setting.

    look(places, cursor)  → News       what is new in these places since `cursor`
    fetch(file, to)       → Fetched    the bytes into the file `to`, verified against the source's checksum
    still_there(file, cursor) → bool   asked right before it goes out: taking a file away is the owner's emergency stop;
                                       raises when nobody can say
    browse(folder_id)     → [Folder]   for the picker
    place(text)           → Place      from an id, a path or a pasted link; Refused when it cannot be read

`about` is what it says about itself to people (`About`). One that can tell that a place is hardly the one that was
meant is `Doubting` as well; one that can show a file that was found long ago is `Previewing`; one that somebody can
walk through, folder by folder, to choose a place is `Walkable`.

One `look` serves all places of one stream (all watches of one Drive account): the cursor is the stream's. A place
whose `listed` is false is listed in full; with `relist` all are, as a safety net for lost changes. A full listing
may take several looks: a place is done when its id is in `News.listed`. Places with the same id are one place,
with subfolders if one of them wants those: `Found.deep` tells which files only that one asked for.

A look is a step: what it tells is right and goes with its cursor, whatever the rest brings. With `News.more` the
next step can be made at once. What was not answered waits for itself: a whole place is in `unanswered` (nobody has seen
what is in it), one member of a place in `unread`, and neither keeps the rest from being told.

Nothing is gone without proof: an answer in full that does not have it, or a word of the service itself. Where a place,
a folder in it or a member does not answer, what was there is hidden, and not gone. A file is told once its bytes rest.

`look` may tell of the same file and revision again; it never tells of other bytes under the same two. `fetch` raises
Unavailable when the file was changed or taken away since: the next look tells which. What is wrong with one place is
in `broken`; what is wrong with the whole login, or the whole service, is raised.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

from poster.errors import OutsideError
from poster.reasons import Plural, Reason, _
from poster.registry import Registry


@dataclass(frozen=True, slots=True)
class About:
    """What a source says about itself to people. `icon`: a symbol of the sprite, or a drawing of 24 by 24.

    put_in: what to put in for a place of it, after its label and a colon. provider: whose login opens it, by its name
    in `accounts.providers`; "": it needs none. of_this_machine: its places are folders here, so they are the
    operator's alone, never hold files of our own, and are looked at as often as SHORTEST_FOLDER_INTERVAL says.
    shows: a sentence about what somebody who walks through it sees there, and what not. Both are marked for
    translation.
    """

    put_in: str | Plural = ""
    shows: str | Plural = ""
    icon: str = "folder"
    provider: str = ""
    of_this_machine: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One folder. `id`: what the source calls it (Drive folder id, absolute path).

    making: it is chosen at this very moment, so that all that lies in it was there before.
    wanted: who has not been told of everything in it yet, by whatever names; a listing serves those it began with.
    """

    id: str
    name: str = ""
    subfolders: bool = False
    listed: bool = False
    making: bool = False
    wanted: frozenset[str] = frozenset()


def merged(places: Sequence[Place]) -> list[Place]:
    """Each place once: with subfolders if one of its twins wants them, listed only if all are."""
    once: dict[str, Place] = {}
    for place in places:
        twin = once.get(place.id, place)
        once[place.id] = replace(
            twin,
            subfolders=twin.subfolders or place.subfolders,
            listed=twin.listed and place.listed,
            making=twin.making or place.making,
            wanted=twin.wanted | place.wanted,
        )
    return list(once.values())


@dataclass(frozen=True, slots=True)
class Found:
    """A file seen, with the revision it had: the same bytes under the same id have the same revision."""

    place_id: str
    external_id: str
    revision: str
    name: str
    folder: str = ""  # name of the folder it lies in
    size: int = 0
    changed_at: dt.datetime | None = None
    unfit: Reason | None = None  # why it cannot be posted, whatever its bytes are (a Google Doc, forbidden download)
    deep: bool = False  # it lies in a subfolder of the place
    subfolders: bool = True  # whether whoever was told of it looks into those: else it is gone once it lies there
    mime: str = ""  # what the source says it is; "" where it says nothing
    appeared_at: dt.datetime | None = None  # when it came there, by our clock; None: it was there before anybody looked
    old: bool = False  # it was there before anybody could see it: on a disk that was away, in a folder that was closed


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a source remembers of its last look; empty: it never looked.

    `text` is short. `known` has a line for each file, under a key that `key_of` made: of many thousand lines only
    those are written that a look has changed.
    """

    text: str = ""
    known: Mapping[str, str] = field(default_factory=dict)


NEVER_LOOKED = Cursor()


def key_of(*names: str) -> str:
    """A short key, always the same for the same names."""
    return blake2b("\0".join(names).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class News:
    """What one look brought. `broken`: places that cannot be looked at now, with what they said.

    unanswered: places of which nothing was seen, with the reason. unread: names of what could not be read, by place.
    """

    found: Sequence[Found] = ()
    gone: Sequence[str] = ()  # external ids that were removed, trashed or unshared
    cursor: Cursor = NEVER_LOOKED
    listed: Sequence[str] = ()  # ids of the places that were listed in full
    broken: Mapping[str, OutsideError] = field(default_factory=dict)
    again_in: float = 0.0  # seconds after which another look tells more than this one; 0: whenever it suits
    more: bool = False  # this was a step: the next one can be made at once
    unanswered: Mapping[str, OutsideError] = field(default_factory=dict)
    unread: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes are in the file that was asked for."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Folder:
    """For the picker."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder, as somebody sees it who walks through a source. `id` "": its top, which is no place itself.

    trail: the folders above it, from the top, as far as they can be seen. pictures: how many lie right in it;
    some: the newest of them, to be shown. whole: all pictures are counted; else there may be more. all_folders: none
    is left out. place: whether it can be chosen. address: what people put in for it, in a form that they can read.
    """

    id: str
    name: str
    address: str = ""
    trail: Sequence[Folder] = ()
    folders: Sequence[Folder] = ()
    pictures: int = 0
    some: Sequence[Found] = ()
    whole: bool = True
    all_folders: bool = True
    place: bool = True


@dataclass(frozen=True, slots=True)
class Matches:
    """Folders that a search found. whole: all that there are; else it ended before, or not all could be read."""

    folders: Sequence[Folder] = ()
    whole: bool = True


class Source(Protocol):
    """See the module's docstring: that is the law."""

    about: About

    def look(self, places: Sequence[Place], cursor: Cursor, *, relist: bool = False) -> News: ...

    def fetch(self, file: Found, to: Path, cursor: Cursor = NEVER_LOOKED) -> Fetched: ...

    def still_there(self, file: Found, cursor: Cursor = NEVER_LOOKED) -> bool: ...

    def browse(self, folder_id: str) -> list[Folder]: ...

    def place(self, text: str) -> Place: ...


@runtime_checkable
class Doubting(Protocol):
    """Can tell that a place is hardly the one that was meant. It is asked once, before the watch is made."""

    def doubt(self, place: Place) -> Reason | None:
        """Why, for whoever chose it; None where nothing speaks against it. Raises nothing."""
        ...


@runtime_checkable
class Previewing(Protocol):
    """Can show a file to its owner who looks at it, without anything being kept."""

    def preview(self, file: Found, into: BinaryIO, seconds: float, cursor: Cursor = NEVER_LOOKED) -> None:
        """Write a picture of it into `into`, a small one where there is one, within so many seconds.

        Raises Refused with a reason of `media.reasons.NotShown` when it is gone (`GoneFromSource`), is another one by
        now (`AnotherAtSource`), or has none (`NoPreview`); and whatever else opening and asking raise.
        """
        ...


MOST_OPENED, MOST_SHOWN = 200, 6  # folders and pictures of one folder that are told


@runtime_checkable
class Walkable(Protocol):
    """Can be walked through by somebody who chooses a folder. Both have an end, however much is there."""

    def open(self, text: str) -> Opened:
        """The folder that is meant: its id, a path or a pasted link; "" for the top. Raises what `place` raises."""
        ...

    def search(self, words: str, inside: str) -> Matches:
        """Folders with these words in their name, below `inside` where it can tell, else anywhere."""
        ...


# A source is opened as `SOURCES[key](token)`; `token` is "" for those that need no login.
SOURCES: Registry[type[Source]] = Registry(
    {
        "folder": (str(_("Folder on this machine")), "watches.sources.folder:FolderSource"),
        "drive": ("Google Drive", "watches.sources.drive:DriveSource"),
    }
)


def about(source: str) -> About:
    """What it says about itself. Of one that is no longer here: what holds for any."""
    return SOURCES[source].about if source in SOURCES else About()


def icons() -> dict[str, str]:
    """How each source is drawn."""
    return {name: about(name).icon for name in SOURCES}


def of_this_machine() -> list[str]:
    """Those whose places are folders here."""
    return [name for name in SOURCES if about(name).of_this_machine]
