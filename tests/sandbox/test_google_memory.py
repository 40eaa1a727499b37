"""What the Google of the sandbox remembers over a restart, and how late its lists may be."""

from __future__ import annotations

from pathlib import Path

from sandbox.app import create_app
from sandbox.world import World
from tests.sandbox.google_world import google_account, picture
from tests.sandbox_fixture import Box


def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "world.json"
    before = create_app(World(state=state)).test_client()
    login = before.post("/_sandbox/practice").get_json()["google"]
    after = create_app(World(state=state)).test_client()
    header = {"Authorization": f"Bearer {login['access_token']}"}
    listed = after.get(
        "/www.googleapis.com/drive/v3/files",
        query_string={"q": f"'{login['folder_id']}' in parents"},
        headers=header,
    )
    files = listed.get_json()["files"]
    assert len(files) == 12
    content = after.get(f"/www.googleapis.com/drive/v3/files/{files[0]['id']}?alt=media", headers=header)
    assert content.data.startswith(b"\xff\xd8\xff")
    assert after.post("/_sandbox/practice").get_json()["google"]["refresh_token"] == login["refresh_token"]


def test_late_lists_show_a_new_file_later_and_lose_nothing(sandbox: Box) -> None:
    drive = google_account(sandbox)
    start = drive.start()
    sandbox.advance(60)
    sandbox.fault("listing_lag", host="www.googleapis.com", seconds=30)
    drive.upload("cat.jpg", picture())
    early = drive.changes(start)
    assert (early["changes"], drive.names("trashed = false")) == ([], [])
    sandbox.advance(31)
    late = drive.changes(early["newStartPageToken"])
    assert [change["file"]["name"] for change in late["changes"]] == ["cat.jpg"]
    assert drive.names("trashed = false") == ["cat.jpg"]
