"""Drive as the sandbox plays it: searching, reading, downloading, refusing."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.sandbox.google_world import Google, google_account, picture, reason
from tests.sandbox_fixture import Box


@pytest.fixture
def drive(sandbox: Box) -> Google:
    return google_account(sandbox, email="owner@example.com")


def test_a_list_has_only_four_fields_unless_more_are_asked_for(drive: Google) -> None:
    drive.upload("cat.jpg", picture())
    [file] = drive.get("files").json()["files"]
    assert set(file) == {"kind", "id", "name", "mimeType"}


def test_a_mask_picks_fields_at_every_depth(drive: Google) -> None:
    drive.upload("cat.jpg", picture(64, 48))
    fields = "nextPageToken,files(name,owners/emailAddress,imageMediaMetadata(width,height))"
    assert drive.get("files", fields=fields).json() == {
        "files": [
            {
                "name": "cat.jpg",
                "owners": [{"emailAddress": "owner@example.com"}],
                "imageMediaMetadata": {"width": 64, "height": 48},
            }
        ]
    }


@pytest.mark.parametrize("fields", ["files(nonsense)", "files(id", "id,", "files/id/deeper", ""])
def test_a_mask_that_makes_no_sense_is_refused(drive: Google, fields: str) -> None:
    answer = drive.get("files", fields=fields) if fields else drive.get("about")
    assert (answer.status_code, answer.json()["error"]["errors"][0]["location"]) == (400, "fields")


def test_a_folder_holds_its_own_files_and_not_those_of_its_folders(drive: Google) -> None:
    folder = drive.folder("pictures")
    deeper = drive.folder("old", folder)
    drive.upload("new.jpg", picture(), folder)
    drive.upload("old.jpg", picture(), deeper)
    assert drive.names(f"'{folder}' in parents and trashed = false") == ["new.jpg", "old"]
    kinds = f"'{folder}' in parents and mimeType != 'application/vnd.google-apps.folder'"
    assert drive.names(kinds) == ["new.jpg"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("name = 'it\\'s.jpg'", ["it's.jpg"]),
        ("name contains 'holi'", ["summer holiday.png"]),
        ("name contains 'liday'", []),
        ("mimeType contains 'image/' and not mimeType = 'image/png'", ["it's.jpg"]),
        ("name = 'it\\'s.jpg' or name = 'notes.txt' and mimeType = 'image/png'", ["it's.jpg"]),
        ("(name = 'it\\'s.jpg' or name = 'notes.txt') and mimeType = 'text/plain'", ["notes.txt"]),
        ("modifiedTime > '2100-01-01T00:00:00'", []),
        ("modifiedTime <= '2100-01-01T00:00:00+02:00' and 'root' in parents", None),
        ("'owner@example.com' in owners and sharedWithMe = false", None),
        ("fullText contains 'notes'", ["notes.txt"]),
    ],
)
def test_the_search_language_means_what_google_says(drive: Google, q: str, found: list[str] | None) -> None:
    everything = ["it's.jpg", "notes.txt", "summer holiday.png"]
    for name in everything:
        drive.upload(name)
    assert drive.names(q) == (everything if found is None else found)


@pytest.mark.parametrize(
    "q",
    [
        "name",
        "name = cat",
        "'x' in places",
        "name > 'a'",
        "trashed = 'true'",
        "name = 'a' and",
        "(name = 'a'",
        "modifiedTime > 'yesterday'",
        "colour = 'red'",
        "name = 'open",
        "not",
    ],
)
def test_a_search_that_makes_no_sense_is_refused(drive: Google, q: str) -> None:
    answer = drive.get("files", q=q)
    assert (answer.status_code, reason(answer)) == (400, "invalid")


def test_a_search_in_a_folder_that_cannot_be_seen_is_an_error_and_not_an_empty_list(
    drive: Google, sandbox: Box
) -> None:
    stranger = google_account(sandbox, email="stranger@example.com")
    answer = drive.get("files", q=f"'{stranger.home}' in parents")
    assert (answer.status_code, reason(answer)) == (404, "notFound")


def test_pages_together_hold_every_file_once(drive: Google) -> None:
    names = [f"{number:02}.jpg" for number in range(7)]
    for name in names:
        drive.upload(name)
    found, token = [], ""
    while True:
        page = drive.get("files", pageSize=3, orderBy="name desc", pageToken=token).json()
        found += [file["name"] for file in page["files"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert found == names[::-1]


def test_a_page_token_is_good_only_for_the_search_it_was_made_for(drive: Google) -> None:
    for name in ("a", "b", "c"):
        drive.upload(name)
    token = drive.get("files", pageSize=1).json()["nextPageToken"]
    answer = drive.get("files", pageSize=1, pageToken=token, q="trashed = false")
    assert (answer.status_code, answer.json()["error"]["errors"][0]["location"]) == (400, "pageToken")


def test_numbers_in_names_sort_as_numbers_where_asked(drive: Google) -> None:
    for name in ("p10", "p9", "P1"):
        drive.upload(name)
    answer = drive.get("files", orderBy="name_natural").json()
    assert [file["name"] for file in answer["files"]] == ["P1", "p9", "p10"]


@pytest.mark.parametrize(
    "params",
    [
        {"page_size": 3},
        {"pageSize": 0},
        {"pageSize": "many"},
        {"supportsAllDrives": "yes"},
        {"orderBy": "beauty"},
        {"corpora": "drive"},
        {"corpora": "nowhere"},
        {"includeItemsFromAllDrives": "true"},
        {"spaces": "photos"},
    ],
)
def test_a_parameter_that_drive_does_not_know_is_refused(drive: Google, params: dict[str, Any]) -> None:
    assert drive.get("files", **params).status_code == 400


def test_checksums_size_and_revision_speak_of_the_bytes(drive: Google) -> None:
    content = picture()
    file = drive.upload("cat.jpg", content)
    assert file["sha256Checksum"] == hashlib.sha256(content).hexdigest()
    assert file["md5Checksum"] == hashlib.md5(content).hexdigest()  # noqa: S324
    assert file["size"] == str(len(content))
    renamed = drive.act("rename", file["id"], name="kitten.jpg")
    assert renamed["headRevisionId"] == file["headRevisionId"]
    assert int(renamed["version"]) > int(file["version"])
    replaced = drive.steer("PUT", f"files/{file['id']}/content", data=picture(colour="red"))
    assert replaced["headRevisionId"] != file["headRevisionId"]
    assert replaced["sha256Checksum"] != file["sha256Checksum"]


def test_folders_and_documents_have_no_bytes(drive: Google) -> None:
    document = drive.steer("POST", "documents", json={"name": "plan", "parent": drive.home})
    assert not {"size", "md5Checksum", "headRevisionId"} & set(document)
    answer = drive.get(f"files/{document['id']}", alt="media")
    assert (answer.status_code, reason(answer)) == (403, "fileNotDownloadable")


def test_a_download_comes_whole_or_in_parts(drive: Google) -> None:
    file = drive.upload("digits.txt", b"0123456789")
    address = f"files/{file['id']}"
    assert drive.get(address, alt="media").content == b"0123456789"
    part = drive.get(address, alt="media", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    rest = drive.get(address, alt="media", headers={"Range": "bytes=7-99"})
    assert (rest.content, rest.headers["Content-Range"]) == (b"789", "bytes 7-9/10")
    assert drive.get(address, alt="media", headers={"Range": "bytes=-2"}).content == b"89"
    assert drive.get(address, alt="media", headers={"Range": "bytes=10-"}).status_code == 416


@pytest.mark.parametrize(
    ("limit", "why"),
    [({"downloadable": False}, "cannotDownloadFile"), ({"abusive": True}, "cannotDownloadAbusiveFile")],
)
def test_some_files_cannot_be_downloaded(drive: Google, limit: dict[str, bool], why: str) -> None:
    file = drive.upload("cat.jpg", picture())
    drive.act("limit", file["id"], **limit)
    answer = drive.get(f"files/{file['id']}", alt="media")
    assert (answer.status_code, reason(answer)) == (403, why)


def test_a_shortcut_names_its_target_even_when_that_is_gone(drive: Google) -> None:
    file = drive.upload("cat.jpg", picture())
    shortcut = drive.steer("POST", "shortcuts", json={"name": "to cat", "parent": drive.home, "target": file["id"]})
    assert shortcut["shortcutDetails"] == {"targetId": file["id"], "targetMimeType": "image/jpeg"}
    drive.delete(file["id"])
    again = drive.get(f"files/{shortcut['id']}", fields="shortcutDetails").json()
    assert again["shortcutDetails"]["targetId"] == file["id"]
    assert drive.get(f"files/{file['id']}").status_code == 404


def test_what_lies_in_a_trashed_folder_is_trashed_but_not_explicitly(drive: Google) -> None:
    folder = drive.folder("old")
    file = drive.upload("cat.jpg", picture(), folder)
    drive.act("trash", folder)
    seen = drive.get(f"files/{file['id']}", fields="trashed,explicitlyTrashed").json()
    assert seen == {"trashed": True, "explicitlyTrashed": False}
    assert drive.names(f"'{folder}' in parents and trashed = false") == []
    drive.act("restore", folder)
    assert drive.names(f"'{folder}' in parents and trashed = false") == ["cat.jpg"]


def test_shared_drives_stay_unseen_unless_the_app_says_that_it_knows_them(drive: Google) -> None:
    shared = drive.steer("POST", "drives", json={"name": "Team", "members": [drive.login["account_id"]]})
    file = drive.upload("team.jpg", picture(), shared["id"])
    assert "driveId" in file
    assert not {"owners", "ownedByMe", "shared", "permissions"} & set(file)
    assert drive.get(f"files/{file['id']}").status_code == 404
    assert drive.get(f"files/{file['id']}", supportsAllDrives="true").status_code == 200
    assert drive.names("trashed = false", supportsAllDrives="true") == []
    both: dict[str, Any] = {"supportsAllDrives": "true", "includeItemsFromAllDrives": "true"}
    assert drive.names("trashed = false", **both) == ["team.jpg"]
    assert drive.names("trashed = false", corpora="drive", driveId=shared["id"], **both) == ["team.jpg"]
    assert [one["name"] for one in drive.get("drives").json()["drives"]] == ["Team"]


def test_files_of_others_are_seen_only_while_they_are_shared(drive: Google, sandbox: Box) -> None:
    guest = google_account(sandbox, email="guest@example.com")
    folder = drive.folder("party")
    file = drive.upload("cake.jpg", picture(), folder)
    assert guest.get(f"files/{file['id']}").status_code == 404
    drive.act("share", folder, account=guest.login["account_id"])
    assert guest.names(f"'{folder}' in parents") == ["cake.jpg"]
    drive.act("unshare", folder, account=guest.login["account_id"])
    assert guest.get(f"files/{file['id']}").status_code == 404


def test_a_search_in_all_corpora_can_be_incomplete(drive: Google, sandbox: Box) -> None:
    both: dict[str, Any] = {"supportsAllDrives": "true", "includeItemsFromAllDrives": "true"}
    sandbox.fault("incomplete_search")
    assert drive.get("files", corpora="allDrives", **both).json()["incompleteSearch"] is True
    assert drive.get("files").json()["incompleteSearch"] is False


def test_an_app_without_the_scope_is_refused(sandbox: Box) -> None:
    base = "https://www.googleapis.com/auth/"
    only_mail = google_account(sandbox, email="a@example.com", scopes=["openid"])
    answer = only_mail.get("files")
    assert (answer.status_code, reason(answer)) == (403, "insufficientPermissions")
    looking = google_account(sandbox, email="b@example.com", scopes=[f"{base}drive.metadata.readonly"])
    file = looking.upload("cat.jpg", picture())
    assert looking.get(f"files/{file['id']}").status_code == 200
    assert looking.get(f"files/{file['id']}", alt="media").status_code == 403
    picked = google_account(sandbox, email="c@example.com", scopes=[f"{base}drive.file"])
    picked.upload("cat.jpg", picture())
    assert picked.names("trashed = false") == []


def test_a_dead_token_is_an_authentication_error(drive: Google, sandbox: Box) -> None:
    answer = drive.get("files", token="ya29.nonsense")
    assert (answer.status_code, reason(answer)) == (401, "authError")
    assert "invalid_token" in answer.headers["WWW-Authenticate"]
    sandbox.advance(3600)
    assert reason(drive.get("files")) == "authError"


@pytest.mark.parametrize(
    ("fault", "status", "why"),
    [
        ({"kind": "rate"}, 429, "rateLimitExceeded"),
        ({"kind": "rate", "variant": "userRateLimitExceeded"}, 403, "userRateLimitExceeded"),
        ({"kind": "status", "status": 503}, 503, "backendError"),
        ({"kind": "error", "variant": "dailyLimitExceeded"}, 403, "dailyLimitExceeded"),
        ({"kind": "error", "variant": "notFound"}, 404, "notFound"),
        ({"kind": "expired"}, 401, "authError"),
    ],
)
def test_faults_come_in_the_envelope_of_drive(
    drive: Google, sandbox: Box, fault: dict[str, object], status: int, why: str
) -> None:
    wishes = dict(fault)
    sandbox.fault(str(wishes.pop("kind")), host="www.googleapis.com", **wishes)
    answer = drive.get("files")
    assert (answer.status_code, reason(answer)) == (status, why)
