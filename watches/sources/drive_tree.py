"""What is remembered of one place in Drive: its folders, and which files lie in them.

The change log names files, not folders: to know whether a change matters, the folders of a place must be known, and
to tell that a whole folder was taken away, so must be what was in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tree:
    """The folders of a place and what lies in them, by ids. Changes of Drive's are written into it.

    top: the place's own folder. home: the shared drive that it lies in, "" for My Drive. log: the change log that
    tells of it; "" is the account's own. deep: with subfolders. stale: has to be listed before it is right again.
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

    def bare(self) -> Tree:
        """The same place with nothing in it."""
        return Tree(self.top, self.name, self.home, self.log, self.deep)

    def holds(self, folder_id: str) -> bool:
        """Whether what lies in this folder lies in the place."""
        return folder_id == self.top or folder_id in self.folders

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
        """Files by folder: an id is as long as all else together."""
        inside: dict[str, list[str]] = {}
        for file, folder in self.files.items():
            inside.setdefault(folder, []).append(file)
        plain = ("top", "name", "home", "log", "deep", "stale", "folders", "links")
        return {name: getattr(self, name) for name in plain} | {"inside": inside}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Tree:
        """The reverse of `as_json`."""
        plain = {name: told[name] for name in ("top", "name", "home", "log", "deep", "stale")}
        return cls(
            **plain,
            folders={folder: (above, name) for folder, (above, name) in told["folders"].items()},
            files={file: folder for folder, files in told["inside"].items() for file in files},
            links={link: (folder, target) for link, (folder, target) in told["links"].items()},
        )
