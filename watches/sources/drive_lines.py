"""The files of a Drive account, a line each: which folder of which place it lies in."""

from __future__ import annotations

import json
from collections.abc import Mapping

from watches.sources import key_of
from watches.sources.drive_tree import Tree

_dumps = json.JSONEncoder(separators=(",", ":")).encode


def take_in(trees: dict[str, Tree], known: Mapping[str, str]) -> None:
    """Into the trees, which know their folders already."""
    for line in known.values():
        place_id, file_id, folder_id, unseen = json.loads(line)
        if tree := trees.get(place_id):
            tree.files[file_id] = folder_id
            if unseen:
                tree.unseen.add(file_id)


def lines(trees: dict[str, Tree]) -> dict[str, str]:
    """The reverse."""
    found = {}
    for place_id, tree in trees.items():
        for file_id, folder_id in tree.files.items():
            found[key_of(place_id, file_id)] = _dumps([place_id, file_id, folder_id, int(file_id in tree.unseen)])
    return found
