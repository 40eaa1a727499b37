"""The practice Google account: a folder with real photographs that may be passed on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.google import people, storage
from sandbox.google.control import account
from sandbox.google.people import Person, Token
from sandbox.google.rows import FOLDER, Node
from sandbox.world import World

PHOTOS = Path(__file__).resolve().parent.parent / "photos"
EMAIL = "practice@example.com"
NAME = "Practice Account"
FOLDER_NAME = "Practice pictures"
ROW = re.compile(r"^\| (?P<file>[\w-]+\.jpg) \| (?P<what>[^|]+) \| (?P<author>[^|]+) \| (?P<licence>[^|]+) \|")
LINK = re.compile(r"\[([^]]+)\]\([^)]*\)")
HOUR = 3600


def practise(world: World) -> dict[str, Any]:
    """The login of the practice account and its folder; made once, then the same again.

    {"access_token", "refresh_token", "expires_in", "scopes", "account_id", "folder_id", "folder_name", ...}
    """
    person = people.person_with_email(world, EMAIL, NAME)
    folder = _folder(world, person)
    return _login(world, person) | {"folder_id": folder.id, "folder_name": folder.name}


def _login(world: World, person: Person) -> dict[str, Any]:
    """With the refresh token that it already has, if it still has one."""
    before = [
        token.id
        for token in world.table(Token).values()
        if token.refresh and (token.person_id, token.client_id) == (person.id, people.PRACTICE_CLIENT)
    ]
    login = account(world, person)
    if before:
        del world.table(Token)[login["refresh_token"]]
    return login | {"refresh_token": before[0] if before else login["refresh_token"]}


def _folder(world: World, person: Person) -> Node:
    top = storage.root(world, person)
    for one in world.table(Node).values():
        if one.parent == top.id and one.mime == FOLDER and one.name == FOLDER_NAME:
            return one
    folder = storage.make_folder(world, FOLDER_NAME, top)
    for age, (path, description) in enumerate(_photos(), start=1):
        picture = storage.upload(world, path.name, folder, path.read_bytes())
        picture.description = description
        picture.created_at = picture.modified_at = world.now() - age * HOUR
    return folder


def _photos() -> Iterator[tuple[Path, str]]:
    """Each photograph with the words that must travel with it, from the table in photos/README.md."""
    for line in (PHOTOS / "README.md").read_text().splitlines():
        row = ROW.match(line)
        if row:
            licence = LINK.sub(r"\1", row["licence"])
            yield PHOTOS / row["file"], f"{row['what']}. Photograph: {row['author']}. Licence: {licence}."
