"""The change log of Drive as the sandbox plays it."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from tests.sandbox.google_world import Google, google_account, picture, reason
from tests.sandbox_fixture import Box


@pytest.fixture
def drive(sandbox: Box) -> Google:
    return google_account(sandbox, email="owner@example.com")


def test_nothing_new_is_an_empty_page_with_the_same_place(drive: Google) -> None:
    start = drive.start()
    assert drive.changes(start) == {"kind": "drive#changeList", "changes": [], "newStartPageToken": start}


def test_a_new_file_is_one_change_with_the_file_in_it(drive: Google) -> None:
    start = drive.start()
    file = drive.upload("cat.jpg", picture())
    [change] = drive.changes(start)["changes"]
    assert (change["fileId"], change["removed"], change["changeType"]) == (file["id"], False, "file")
    assert set(change["file"]) == {"kind", "id", "name", "mimeType"}


def test_a_file_that_changed_often_is_named_once_as_it_is_now(drive: Google) -> None:
    start = drive.start()
    file = drive.upload("cat.jpg", picture())
    drive.act("rename", file["id"], name="kitten.jpg")
    drive.upload("dog.jpg", picture())
    drive.act("rename", file["id"], name="tiger.jpg")
    names = [change["file"]["name"] for change in drive.changes(start)["changes"]]
    assert names == ["dog.jpg", "tiger.jpg"]


def test_only_the_last_page_says_where_to_start_next_time(drive: Google) -> None:
    start = drive.start()
    names = [f"{number}.jpg" for number in range(5)]
    for name in names:
        drive.upload(name)
    found, token, pages = [], start, 0
    while True:
        page = drive.changes(token, pageSize=2)
        found += [change["file"]["name"] for change in page["changes"]]
        pages += 1
        assert ("nextPageToken" in page) is not ("newStartPageToken" in page)
        if "newStartPageToken" in page:
            break
        token = page["nextPageToken"]
    assert (found, pages, page["newStartPageToken"]) == (names, 3, drive.start())


def test_moving_a_folder_in_is_one_change_and_says_nothing_of_what_is_in_it(drive: Google) -> None:
    folder, watched = drive.folder("holiday"), drive.folder("watched")
    drive.upload("beach.jpg", picture(), folder)
    start = drive.start()
    drive.act("move", folder, parent=watched)
    fields = "changes(fileId,file(parents))"
    assert drive.changes(start, fields=fields) == {"changes": [{"fileId": folder, "file": {"parents": [watched]}}]}
    assert drive.names(f"'{folder}' in parents") == ["beach.jpg"]


def test_a_trashed_file_is_an_ordinary_change(drive: Google) -> None:
    file = drive.upload("cat.jpg", picture())
    start = drive.start()
    drive.act("trash", file["id"])
    assert drive.changes(start, fields="changes(removed,file/trashed)") == {
        "changes": [{"removed": False, "file": {"trashed": True}}]
    }


def test_a_deletion_names_only_the_file(drive: Google) -> None:
    folder = drive.folder("old")
    file = drive.upload("cat.jpg", picture(), folder)
    start = drive.start()
    drive.delete(folder)
    removed = drive.changes(start)["changes"]
    assert {change["fileId"] for change in removed} == {folder, file["id"]}
    assert all(change["removed"] and "file" not in change for change in removed)
    assert drive.changes(start, includeRemoved="false")["changes"] == []


def test_losing_access_looks_like_a_deletion_to_the_one_who_lost_it(drive: Google, sandbox: Box) -> None:
    guest = google_account(sandbox, email="guest@example.com")
    folder = drive.folder("party")
    file = drive.upload("cake.jpg", picture(), folder)
    drive.act("share", folder, account=guest.login["account_id"])
    theirs, mine = guest.start(), drive.start()
    drive.act("unshare", folder, account=guest.login["account_id"])
    lost = guest.changes(theirs)["changes"]
    assert {(change["fileId"], change["removed"]) for change in lost} == {(folder, True), (file["id"], True)}
    assert drive.changes(mine)["changes"] == []


def test_shared_drives_have_a_log_of_their_own(drive: Google) -> None:
    start = drive.start()
    shared = drive.steer("POST", "drives", json={"name": "Team", "members": [drive.login["account_id"]]})
    file = drive.upload("team.jpg", picture(), shared["id"])
    both: dict[str, Any] = {"supportsAllDrives": "true", "includeItemsFromAllDrives": "true"}
    assert drive.changes(start)["changes"] == []
    kinds = [change["changeType"] for change in drive.changes(start, **both)["changes"]]
    assert kinds == ["drive", "file"]
    [change] = drive.changes(start, driveId=shared["id"], **both)["changes"]
    assert change["fileId"] == file["id"]
    drive.steer("POST", f"drives/{shared['id']}/leave", json={"account": drive.login["account_id"]})
    answer = drive.get("changes", pageToken=start, driveId=shared["id"], **both)
    assert (answer.status_code, reason(answer)) == (404, "notFound")


@pytest.mark.parametrize("token", ["", "nonsense", "99999", "-1", "0"])
def test_a_place_that_never_was_is_refused(drive: Google, token: str) -> None:
    assert drive.get("changes", pageToken=token).status_code == 400


def test_what_each_account_asks_is_counted_by_method_and_kind(sandbox: Box, drive: Google) -> None:
    other = google_account(sandbox, email="other@example.com")
    start = drive.start()
    for _ in range(2):
        drive.changes(start)
    file = drive.upload("cat.jpg", picture())
    drive.get(f"files/{file['id']}")
    drive.get(f"files/{file['id']}", alt="media")
    drive.names("trashed = false")
    assert drive.asked() == {
        "GET changes.getStartPageToken": 1,
        "GET changes.list": 2,
        "GET files.list": 1,
        "GET files.get": 1,
        "GET files.download": 1,
    }
    assert other.asked() == {}


def test_answers_carry_the_time_of_this_world_once(sandbox: Box, drive: Google) -> None:
    sandbox.advance(86_400)
    told = parsedate_to_datetime(drive.get("about", fields="user").headers["Date"])
    assert abs(told.timestamp() - sandbox.world.now()) < 60


def test_a_row_may_lack_what_it_should_have(drive: Google) -> None:
    file = drive.upload("cat.jpg", picture())
    drive.act("distort", file["id"], name=None, size="many")
    told = drive.get(f"files/{file['id']}", fields="id,name,size").json()
    assert told == {"id": file["id"], "size": "many"}
