"""Google Drive as a source: fetching a file, choosing a folder. Over real HTTP against the sandbox."""

from __future__ import annotations

import hashlib

import pytest

from accounts.providers.google.reasons import FileAbusive, NoDownload
from poster.errors import RateLimited, Refused, Unauthorized, Unavailable
from tests.facts import with_reason
from tests.sandbox.google_world import Google, picture
from watches.reasons import places as why
from watches.sources import Found, Place
from watches.sources.drive_items import revision

API = {"host": "www.googleapis.com"}


# --- fetching


def found(watched: str, item: dict) -> Found:
    """A file as a look tells of it."""
    return Found(watched, item["id"], revision(item), item["name"], size=int(item["size"]))


@pytest.fixture
def cat(drive: Google, watched: str) -> Found:
    return found(watched, drive.upload("cat.jpg", picture(), watched))


def test_the_bytes_arrive_as_they_were(source, cat, tmp_path):
    fetched = source.fetch(cat, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == picture()
    assert fetched.sha256 == hashlib.sha256(picture()).hexdigest()


def test_a_large_file_comes_in_pieces(sandbox, drive, source, watched, tmp_path):
    content = bytes(range(256)) * (70_000)
    file = found(watched, drive.upload("large.bin", content, watched))
    assert source.fetch(file, tmp_path / "copy").size == len(content)
    assert (tmp_path / "copy").read_bytes() == content
    assert len([call for call in sandbox.calls(file.external_id) if call["status"] == 206]) == 3


def test_bytes_that_were_replaced_since_the_look_are_not_taken(drive, source, cat, tmp_path):
    drive.steer("PUT", f"files/{cat.external_id}/content", data=picture(colour="red"))
    with pytest.raises(Unavailable, check=with_reason(why.ChangedInDrive)):
        source.fetch(cat, tmp_path / "copy")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("act", ["trash", "delete"])
def test_a_file_thrown_away_is_not_fetched_and_not_there(drive, source, cat, tmp_path, act):
    assert source.still_there(cat)
    drive.act("trash", cat.external_id) if act == "trash" else drive.delete(cat.external_id)
    assert not source.still_there(cat)
    with pytest.raises(Unavailable, check=with_reason(why.LeftDrive)):
        source.fetch(cat, tmp_path / "copy")


def test_not_being_answered_is_not_being_gone(sandbox, source, cat):
    sandbox.fault("status", status=500, **API)
    with pytest.raises(Unavailable):
        source.still_there(cat)


@pytest.mark.parametrize("kind", ["truncated", "drop", "malformed", "flood"])
def test_what_arrives_in_part_or_wrong_is_not_kept(sandbox, source, cat, tmp_path, kind):
    path = f"/drive/v3/files/{cat.external_id}"
    # The first call asks what the file is, the second for its bytes. httplib2 asks again by itself when a line was
    # cut; each of the rules begins to count where the one before has struck.
    for _ in range(3):
        sandbox.fault(kind, path=path, nth=2, code=5000, **API)
    with pytest.raises(Unavailable):
        source.fetch(cat, tmp_path / "copy")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("limit", "cause"),
    [({"abusive": True}, FileAbusive), ({"downloadable": False}, NoDownload)],
)
def test_what_google_does_not_give_out_is_refused_by_name(drive, source, cat, tmp_path, limit, cause):
    drive.act("limit", cat.external_id, **limit)
    with pytest.raises(Refused, check=with_reason(why.FileRefused, name="cat.jpg")) as refused:
        source.fetch(cat, tmp_path / "copy")
    assert isinstance(refused.value.reason, why.FileRefused)
    assert isinstance(refused.value.reason.cause.reason, cause)
    assert not isinstance(refused.value, Unauthorized)


def test_a_file_whose_download_quota_is_used_up_is_tried_again_in_some_hours(sandbox, source, cat, tmp_path):
    path = f"/drive/v3/files/{cat.external_id}"
    sandbox.fault("error", path=path, nth=2, variant="downloadQuotaExceeded", **API)
    with pytest.raises(RateLimited) as told:
        source.fetch(cat, tmp_path / "copy")
    assert told.value.retry_after >= 3600


def test_a_disk_without_room_is_not_googles_fault(source, cat, tmp_path):
    with pytest.raises(Unavailable, check=with_reason(why.NotWrittenHere)):
        source.fetch(cat, tmp_path / "no such folder" / "copy")


def test_the_token_travels_in_the_header_and_nothing_is_written(sandbox, drive, source, cat, tmp_path):
    source.fetch(cat, tmp_path / "copy")
    calls = sandbox.calls("/drive/v3/")
    assert {call["method"] for call in calls} == {"GET"}
    assert {call["token_in"] for call in calls if call["host"] == "www.googleapis.com"} <= {"header", ""}
    assert "address" not in {call["token_in"] for call in calls}


# --- choosing


@pytest.mark.parametrize(
    "link",
    [
        "{id}",
        "  {id}\n",
        "https://drive.google.com/drive/folders/{id}",
        "https://drive.google.com/drive/folders/{id}?usp=sharing",
        "https://drive.google.com/drive/folders/{id}?resourcekey=0-abc&usp=drive_link",
        "https://drive.google.com/drive/u/1/folders/{id}",
        "https://drive.google.com/drive/u/0/folders/{id}?ths=true",
        "https://drive.google.com/open?id={id}&authuser=0",
        "https://drive.google.com/folderview?usp=sharing&id={id}",
        "drive.google.com/drive/mobile/folders/{id}",
        "http://127.0.0.1:1/drive.google.com/drive/folders/{id}",
    ],
)
def test_every_shape_of_a_folders_link_is_understood(source, watched, link):
    assert source.place(link.format(id=watched)) == Place(watched, "watched")


def test_the_link_of_a_shortcut_leads_to_its_folder(drive, source, watched):
    shortcut = drive.steer("POST", "shortcuts", json={"name": "s", "parent": drive.home, "target": watched})
    assert source.place(f"https://drive.google.com/open?id={shortcut['id']}") == Place(watched, "watched")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", why.NoFolderInLink),
        ("my pictures", why.NoFolderInLink),
        ("https://drive.google.com/drive/recent", why.NoFolderInLink),
        ("https://example.com/", why.NoFolderInLink),
        ("https://drive.google.com/file/d/1AbCdEfGhIjKlMnOp/view?usp=sharing", why.LinkOfAFile),
        ("https://docs.google.com/document/d/1AbCdEfGhIjKlMnOp/edit", why.LinkOfAFile),
        ("https://docs.google.com/spreadsheets/u/1/d/1AbCdEfGhIjKlMnOp/edit", why.LinkOfAFile),
        ("1AbCdEfGhIjKlMnOpQrStUvWx", why.NotShared),
    ],
)
def test_what_is_no_folder_is_refused_with_its_reason(source, text, reason):
    with pytest.raises(Refused, check=with_reason(reason)):
        source.place(text)


def test_a_file_or_a_folder_in_the_bin_cannot_be_chosen(drive, source, watched):
    with pytest.raises(Refused, check=with_reason(why.IsAFile)):
        source.place(drive.upload("cat.jpg", picture())["id"])
    drive.act("trash", watched)
    with pytest.raises(Refused, check=with_reason(why.InTheBin)):
        source.place(watched)


def test_folders_can_be_browsed_from_the_top(sandbox, drive, source, guest, team):
    drive.folder("b", drive.folder("a"))
    drive.upload("cat.jpg", picture())
    shared = guest.folder("from a friend")
    guest.act("share", shared, account=drive.login["account_id"])
    assert [folder.name for folder in source.browse("")] == ["My Drive", "Team", "Shared with me"]
    mine, team_folder, with_me = source.browse("")
    [a] = source.browse(mine.id)
    assert [folder.name for folder in source.browse(a.id)] == ["b"]
    assert [folder.name for folder in source.browse(with_me.id)] == ["from a friend"]
    drive.folder("in the team", team)
    assert [folder.name for folder in source.browse(team_folder.id)] == ["in the team"]
