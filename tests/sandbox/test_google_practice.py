"""The practice account and Drive's pages, as a person meets them."""

from __future__ import annotations

import html
import io
import re

import pytest
import requests
from PIL import Image

from tests.sandbox.google_world import Google, google_account, picture
from tests.sandbox_fixture import Box


@pytest.fixture
def practice(sandbox: Box) -> Google:
    return Google(sandbox.root, sandbox.practice()["google"] | {"root": ""})


def test_the_practice_folder_holds_a_dozen_real_photographs(practice: Google) -> None:
    folder = practice.login["folder_id"]
    answer = practice.get(
        "files", q=f"'{folder}' in parents", fields="files(name,id,description,imageMediaMetadata(width))"
    )
    files = answer.json()["files"]
    assert len(files) == 12
    assert all("Licence: " in file["description"] for file in files)
    for file in files:
        content = practice.get(f"files/{file['id']}", alt="media").content
        with Image.open(io.BytesIO(content)) as photo:
            photo.load()
            assert photo.width == file["imageMediaMetadata"]["width"] <= 1600
            assert not photo.getexif()


def test_asking_for_the_practice_account_again_brings_the_same_one(sandbox: Box, practice: Google) -> None:
    again = sandbox.practice()["google"]
    same = ("account_id", "folder_id", "refresh_token")
    assert [again[name] for name in same] == [practice.login[name] for name in same]
    assert len(practice.names(f"'{again['folder_id']}' in parents", pageSize=100)) == 12
    assert {"access_token", "expires_in", "scopes", "folder_name"} <= set(again)


def test_a_person_drops_a_picture_into_the_folder_and_the_app_sees_it(practice: Google) -> None:
    page = f"{practice.root}/drive.google.com/drive/folders/{practice.login['folder_id']}"
    since = practice.start()
    content = picture(80, 60)
    answer = requests.post(page, files={"pictures": ("my shop.jpg", content, "image/jpeg")}, timeout=10)
    assert "Uploaded: 1" in answer.text
    [change] = practice.changes(since)["changes"]
    assert change["file"]["name"] == "my shop.jpg"
    assert practice.get(f"files/{change['fileId']}", alt="media").content == content


def test_the_folder_page_shows_thumbnails_that_load(practice: Google) -> None:
    page = requests.get(f"{practice.root}/drive.google.com/drive/folders/{practice.login['folder_id']}", timeout=10)
    assert "this is not Google" in page.text
    thumbnails = re.findall(r'src="(/drive.google.com/thumbnail[^"]+)"', page.text)
    assert len(thumbnails) == 12
    answer = requests.get(practice.root + html.unescape(thumbnails[0]), timeout=10)
    with Image.open(io.BytesIO(answer.content)) as small:
        assert max(small.size) == 320


def test_names_of_files_are_escaped_on_the_page(practice: Google) -> None:
    practice.upload("<script>alert(1)</script>.jpg", picture(), practice.login["folder_id"])
    page = requests.get(f"{practice.root}/drive.google.com/drive/folders/{practice.login['folder_id']}", timeout=10)
    assert "<script>" not in page.text


def test_a_picture_that_cannot_be_read_has_no_thumbnail_and_breaks_nothing(practice: Google) -> None:
    folder = practice.login["folder_id"]
    broken = practice.upload("broken.jpg", picture()[:100], folder)
    nonsense = practice.upload("nonsense.jpg", b"not a picture", folder)
    assert "imageMediaMetadata" not in nonsense
    page = requests.get(f"{practice.root}/drive.google.com/drive/folders/{folder}", timeout=10)
    assert (page.status_code, "nonsense.jpg" in page.text) == (200, True)
    thumbnail = f"{practice.root}/drive.google.com/thumbnail?id={broken['id']}"
    assert requests.get(thumbnail, timeout=10).status_code == 404


def test_a_page_on_another_site_cannot_drop_files_into_the_folder(practice: Google) -> None:
    page = f"{practice.root}/drive.google.com/drive/folders/{practice.login['folder_id']}"
    answer = requests.post(
        page,
        files={"pictures": ("evil.jpg", picture(), "image/jpeg")},
        headers={"Sec-Fetch-Site": "cross-site"},
        timeout=10,
    )
    assert answer.status_code == 403
    assert "evil.jpg" not in requests.get(page, timeout=10).text


def test_the_bin_button_trashes_one_file(practice: Google) -> None:
    folder = practice.login["folder_id"]
    file = practice.upload("oops.jpg", picture(), folder)
    page = f"{practice.root}/drive.google.com/drive/folders/{folder}"
    requests.post(f"{page}/trash", data={"file": file["id"]}, timeout=10).raise_for_status()
    assert practice.get(f"files/{file['id']}", fields="trashed").json() == {"trashed": True}


def test_a_made_to_measure_account_is_asked_for_by_its_vendor(sandbox: Box) -> None:
    login = sandbox.person("google", email="anna@example.com")["google"]
    same = google_account(sandbox, email="anna@example.com")
    assert login["account_id"] == same.login["account_id"]
