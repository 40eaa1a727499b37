"""What is remembered of one place in Drive: its folders, and which files lie in them.

The change log names files, not folders: to know whether a change matters, the folders of a place must be known, and
to tell that a whole folder was taken away, so must be what was in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from poster.reasons import Reason
from poster.reasons.known import load
from watches.sources.safe_names import shown

_PLAIN = ("top", "name", "home", "log", "deep", "stale")
_SELDOM = ("doubtful", "full", "wanted", "todo", "waiting", "odd")


@dataclass(slots=True)
class Tree:
    """The folders of a place and what lies in them, by ids. Changes of Drive's are written into it.

    top: the place's own folder. home: the shared drive that it lies in, "" for My Drive. log: the change log that
    tells of it; "" is the account's own. deep: with subfolders. stale: has to be listed before it is right again.
    doubtful: has to be asked for itself. problem: what was said when it was.

    While it is listed, `todo` has the folders that are still to be read, with the page to go on from, and `unseen`
    what was in it and has not been met yet: it stays in it until the end shows that it is not there. What was not
    answered is in `waiting` (shortcuts) and `odd` (rows that could not be understood).
    """

    top: str
    name: str = ""
    home: str = ""
    log: str = ""
    deep: bool = False
    stale: bool = True
    folders: dict[str, tuple[str, str]] = field(default_factory=dict)  # id -> the folder above, its name
    files: dict[str, str] = field(default_factory=dict)  # id -> the folder it lies in
    links: dict[str, tuple[str, str]] = field(default_factory=dict)  # shortcut -> the folder it lies in, what it shows
    doubtful: bool = False
    problem: Reason | None = None
    full: bool = False  # it is being listed from its top
    wanted: list[str] = field(default_factory=list)  # for whom
    todo: list[list[str]] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)  # shortcut -> itself, as Drive told it
    odd: dict[str, str] = field(default_factory=dict)  # id -> its name

    def begin(self, wanted: Iterable[str]) -> None:
        """List it from its top, for these."""
        self.stale, self.full, self.wanted = False, True, sorted(wanted)
        self.todo, self.odd = [[self.top, ""]], {}
        self.unseen = {*self.folders, *self.files, *self.links, *self.waiting}

    def sweep(self) -> set[str]:
        """Its folders are read: what was not met is not in it. Returns the files that may be gone thereby."""
        lost: set[str] = set()
        for item_id in sorted(self.unseen):
            lost |= self.forget(item_id)
        return lost

    def enter(self, folder_id: str, above: str, name: str) -> None:
        """A folder came in, or is met while listing: what is in it is to be read, unless it was."""
        if folder_id in self.unseen or folder_id not in self.folders:
            self.unseen.discard(folder_id)
            self.todo.append([folder_id, ""])
        self.folders[folder_id] = (above, name)

    @property
    def is_sound(self) -> bool:
        """Whether it is there, as far as we know: only then is what is not found in it gone."""
        return not self.problem and not self.doubtful

    def unread(self, *, listing: bool) -> list[str]:
        """Names of what could not be read; while listing, folders that are still to be read are none of them."""
        put_off = [] if listing else [self.folder_name(folder) for folder, _ in self.todo]
        waiting = [shown(str(link.get("name", ""))) for link in self.waiting.values()]
        return sorted([*self.odd.values(), *waiting, *put_off])

    def holds(self, folder_id: str) -> bool:
        """Whether what lies in this folder lies in the place."""
        return folder_id == self.top or folder_id in self.folders

    def knows(self, item_id: str) -> bool:
        """Whether it is something that lies in the place, or is shown there."""
        return item_id in self.files or item_id in self.folders or item_id in self.links or bool(self.shows(item_id))

    def folder_name(self, folder_id: str) -> str:
        """What people call it."""
        return self.folders[folder_id][1] if folder_id in self.folders else self.name

    def shows(self, file_id: str) -> str:
        """The folder in which a shortcut shows this file; "" when none does."""
        return next((folder for folder, target in self.links.values() if target == file_id), "")

    @property
    def ids(self) -> set[str]:
        """Every file in it, those that shortcuts show too."""
        return set(self.files) | {target for _, target in self.links.values()}

    def forget(self, item_id: str) -> set[str]:
        """The file, shortcut or folder is no longer in it. Returns the files that may be gone thereby."""
        self.unseen.discard(item_id)
        self.waiting.pop(item_id, None)
        self.odd.pop(item_id, None)
        lost = {item_id} if self.files.pop(item_id, "") else set()
        if item_id in self.links:
            lost.add(self.links.pop(item_id)[1])
        if item_id in self.folders:
            lost |= self._forget_folder(item_id)
        return lost

    def _forget_folder(self, folder_id: str) -> set[str]:
        below, before = self._below(folder_id), self.ids
        self.folders = {folder: above for folder, above in self.folders.items() if folder not in below}
        self.files = {file: folder for file, folder in self.files.items() if folder not in below}
        self.links = {link: shown for link, shown in self.links.items() if shown[0] not in below}
        self.todo = [task for task in self.todo if task[0] not in below]
        self.waiting = {link: told for link, told in self.waiting.items() if below.isdisjoint(told.get("parents", []))}
        return before - self.ids

    def bury(self, file_id: str) -> set[str]:
        """The same for something that exists no more, so that no shortcut shows it either."""
        shown = {link for link, (_, target) in self.links.items() if target == file_id}
        return self.forget(file_id).union(*(self.forget(link) for link in shown))

    def _below(self, folder_id: str) -> set[str]:
        """The folder and those in it. Changes are told one by one, so that for a while there may be circles."""
        below = fresh = {folder_id}
        while fresh:
            fresh = {folder for folder, (above, _) in self.folders.items() if above in fresh} - below
            below = below | fresh
        return below

    def as_json(self) -> dict[str, Any]:
        """All but its files, each of which has a line (`drive_lines`). What is as usual is left out."""
        seldom = {name: getattr(self, name) for name in _SELDOM if getattr(self, name)}
        told = {name: getattr(self, name) for name in (*_PLAIN, "folders", "links")} | seldom
        told |= {"problem": [self.problem.code, self.problem.params()]} if self.problem else {}
        others = self.unseen - self.files.keys()
        return told | ({"unseen": sorted(others)} if others else {})

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Tree:
        """The reverse of `as_json`."""
        return cls(
            **{name: told[name] for name in _PLAIN},
            **{name: told[name] for name in _SELDOM if name in told},
            folders={folder: (above, name) for folder, (above, name) in told["folders"].items()},
            links={link: (folder, target) for link, (folder, target) in told["links"].items()},
            unseen=set(told.get("unseen", ())),
            problem=load(*told["problem"]) if "problem" in told else None,
        )
