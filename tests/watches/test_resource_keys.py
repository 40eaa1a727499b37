"""Files that were shared by an old link are asked for with the resource key that the link had."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.google_world import google_account, picture
from tests.watches.test_drive import looker_at
from watches.sources.drive_calls import Calls

KEY = "0-BjPKmM6Lm4kLSUZgYmTVuQ"


@pytest.fixture
def looker(drive, watched):
    return looker_at(drive, watched)


@pytest.fixture
def linked(sandbox, drive, watched):
    """A file of somebody else, shared by an old link, and the shortcut to it."""
    other = google_account(sandbox, email="other@example.com")
    target = other.upload("cat.jpg", picture())
    other.act("link", target["id"], key=KEY)
    drive.steer("POST", "shortcuts", json={"name": "link", "parent": watched, "target": target["id"]})
    return other, target


def test_what_was_shared_by_an_old_link_is_asked_for_with_its_key(linked, looker, source, tmp_path):
    other, target = linked
    [found] = looker.files.values()
    assert found.external_id == target["id"]
    assert source.still_there(found, looker.cursor)
    assert source.fetch(found, tmp_path / "cat.jpg", looker.cursor).size == int(target["size"])
    other.act("trash", target["id"])
    assert not source.still_there(found, looker.cursor)


def test_the_key_is_kept_over_looks_and_forgotten_with_the_file(linked, looker, drive, watched, source):
    [found] = looker.files.values()
    for colour in ("red", "blue"):
        drive.upload(f"{colour}.jpg", picture(colour=colour), watched)
        looker.look()
    looker.look(relist=True)
    assert source.still_there(found, looker.cursor)
    [shortcut] = json.loads(looker.cursor.text)["trees"][watched]["links"]
    drive.act("trash", shortcut)
    looker.look()
    assert "keys" not in json.loads(looker.cursor.text)


def test_a_file_in_a_shared_folder_may_want_its_key_as_well(sandbox, drive, source):
    other = google_account(sandbox, email="other@example.com")
    folder = other.folder("old")
    file = other.upload("cat.jpg", picture(), folder)
    other.act("share", folder, account=drive.login["account_id"])
    other.act("link", file["id"], key=KEY)
    looker = looker_at(drive, folder)
    [found] = looker.files.values()
    assert source.still_there(found, looker.cursor)
    assert not source.still_there(found)


@pytest.mark.parametrize("key", ["", 7, "a b", "0-x\r\nX-Evil: 1", "ä", "x" * 500, None])
def test_what_is_no_key_is_never_sent(key):
    calls = Calls(None)
    shown = {"targetId": "file-2", "targetResourceKey": key}
    calls.learn_keys({"id": "file-1", "resourceKey": key, "shortcutDetails": shown})
    calls.learn_keys("nonsense")
    assert calls.keys == {}
