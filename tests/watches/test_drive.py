"""Google Drive as a source, over real HTTP against the sandbox."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from accounts.providers.google import client as google
from poster.errors import RateLimited, Unauthorized, Unavailable
from tests.facts import with_reason
from tests.sandbox.google_world import Google, google_account, picture
from tests.sandbox_fixture import Box
from tests.watches.looking import Looker
from watches.reasons.files import DownloadForbidden, EmptyFile, FilmOrSound, GoogleDocument
from watches.reasons.places import InTheBin, NoLongerSeen, TookTooLong
from watches.sources import NEVER_LOOKED, Found, Place
from watches.sources.drive import DriveSource, _Digest
from watches.sources.drive_calls import Calls
from watches.sources.drive_look import Look
from watches.sources.drive_tree import Tree

API = {"host": "www.googleapis.com"}


def looker_at(drive: Google, *folders: str, deep: bool = True) -> Looker:
    """Somebody whose first look is behind him."""
    looker = Looker(
        lambda: DriveSource(drive.login["access_token"]), [Place(folder, subfolders=deep) for folder in folders]
    )
    looker.look()
    return looker


@pytest.fixture
def looker(drive: Google, watched: str) -> Looker:
    return looker_at(drive, watched)


def calls_to(sandbox: Box, path: str) -> int:
    return len([call for call in sandbox.calls(path) if call["host"] == "www.googleapis.com"])


# --- one look


def test_a_quiet_look_is_one_question_to_the_account_however_many_places_there_are(sandbox, drive, watched):
    looker = looker_at(drive, watched, *(drive.folder(f"{number}") for number in range(9)))
    drive.upload("cat.jpg", picture(), watched)
    looker.look()
    before = drive.asked()
    looker.once()
    assert drive.asked() - before == {"GET changes.list": 1}


def test_two_places_share_one_change_log(drive, watched):
    second = drive.folder("second")
    looker = looker_at(drive, watched, second)
    one, two = drive.upload("one.jpg", picture(), watched), drive.upload("two.jpg", picture(), second)
    drive.upload("elsewhere.jpg", picture())
    found = {(file.place_id, file.external_id) for file in looker.look()}
    assert found == {(watched, one["id"]), (second, two["id"])}


def test_a_file_says_where_it_lies_and_what_it_is(drive, watched, looker):
    content = picture()
    file = drive.upload("cat.jpg", content, drive.folder("pets", watched))
    [found] = looker.look()
    assert (found.external_id, found.name, found.folder, found.deep) == (file["id"], "cat.jpg", "pets", True)
    assert found.revision == hashlib.md5(content, usedforsecurity=False).hexdigest()
    assert found.size == len(content)
    assert found.changed_at is not None


def test_what_happens_while_we_list_is_told_at_the_next_look(sandbox, drive, watched):
    looker = Looker(lambda: DriveSource(drive.login["access_token"]), [Place(watched)])
    looker.once()
    paths = [call["path"] for call in sandbox.calls("/drive/v3/")]
    assert paths.index("/drive/v3/changes/startPageToken") < paths.index("/drive/v3/files")
    drive.upload("late.jpg", picture(), watched)
    assert looker.names() == ["late.jpg"]


def test_two_files_of_one_name_are_two(drive, watched, looker):
    drive.upload("cat.jpg", picture(), watched)
    drive.upload("cat.jpg", picture(colour="red"), watched)
    assert looker.names() == ["cat.jpg", "cat.jpg"]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.jpg", "a\r\nX: 1.jpg", "", "   ", "\x00.jpg", "x" * 32_000, "'\\' or 1"]
)
def test_odd_names_are_found_and_can_be_kept(drive, watched, looker, name):
    drive.act("rename", drive.upload("plain.jpg", picture(), watched)["id"], name=name)
    [file] = looker.look()
    assert file.name.isprintable()
    assert 0 < len(file.name) <= 300


def test_a_paused_place_tells_what_came_meanwhile(drive, watched, looker):
    other = drive.folder("other")
    places, looker.places = looker.places, [Place(other)]
    looker.look()
    drive.upload("meanwhile.jpg", picture(), watched)
    looker.look()
    looker.places = [*places, *looker.places]
    assert looker.names() == ["meanwhile.jpg"]


# --- folders


def test_a_folder_that_is_moved_in_brings_what_is_in_it(drive, watched, looker):
    outside = drive.folder("holiday")
    drive.upload("beach.jpg", picture(), outside)
    drive.upload("deep.jpg", picture(colour="red"), drive.folder("second day", outside))
    drive.act("move", outside, parent=watched)
    assert looker.names() == ["beach.jpg", "deep.jpg"]


def test_a_folder_that_is_moved_out_takes_away_what_is_in_it(drive, watched, looker):
    inside = drive.folder("holiday", watched)
    file = drive.upload("beach.jpg", picture(), drive.folder("second day", inside))
    looker.look()
    drive.act("move", inside, parent=drive.home)
    assert (looker.look(), looker.gone) == ([], [file["id"]])


@pytest.mark.parametrize("act", ["trash", "delete"])
def test_a_folder_that_is_thrown_away_takes_away_what_is_in_it(drive, watched, looker, act):
    inside = drive.folder("holiday", watched)
    file = drive.upload("beach.jpg", picture(), inside)
    looker.look()
    drive.act("trash", inside) if act == "trash" else drive.delete(inside)
    looker.look()
    assert looker.gone == [file["id"]]


def test_moving_between_two_places_is_not_taking_away(drive, watched):
    second = drive.folder("second")
    looker = looker_at(drive, watched, second)
    folder = drive.folder("holiday", watched)
    drive.upload("beach.jpg", picture(), folder)
    looker.look()
    drive.act("move", folder, parent=second)
    assert (looker.look(), looker.gone) == ([], [])


def test_a_file_in_two_places_at_once_is_told_to_both(drive, watched):
    inner = drive.folder("inner", watched)
    looker = looker_at(drive, watched, inner)
    drive.upload("cat.jpg", picture(), inner)
    assert {file.place_id for file in looker.once().found} == {watched, inner}


def test_my_drive_itself_can_be_watched(drive, source):
    place = source.place("https://drive.google.com/drive/my-drive")
    assert place == Place(drive.home, "My Drive")
    looker = looker_at(drive, place.id, deep=False)
    drive.upload("cat.jpg", picture())
    assert looker.names() == ["cat.jpg"]


# --- shortcuts


def test_a_shortcut_shows_its_file_once_however_many_there_are(drive, watched, looker):
    target = drive.upload("cat.jpg", picture())
    for name in ("one", "two"):
        drive.steer("POST", "shortcuts", json={"name": name, "parent": watched, "target": target["id"]})
    drive.act("move", target["id"], parent=watched)
    assert [file.external_id for file in looker.look()] == [target["id"]]


def test_new_bytes_behind_a_shortcut_are_a_new_revision(drive, watched, looker):
    target = drive.upload("cat.jpg", picture())
    drive.steer("POST", "shortcuts", json={"name": "one", "parent": watched, "target": target["id"]})
    looker.look()
    drive.steer("PUT", f"files/{target['id']}/content", data=picture(colour="red"))
    assert [file.external_id for file in looker.look()] == [target["id"]]


def test_taking_the_shortcut_or_its_file_away_is_taking_the_file_away(drive, watched, looker):
    one, two = drive.upload("one.jpg", picture()), drive.upload("two.jpg", picture(colour="red"))
    shortcuts = [
        drive.steer("POST", "shortcuts", json={"name": "link", "parent": watched, "target": file["id"]})
        for file in (one, two)
    ]
    assert looker.names() == ["one.jpg", "two.jpg"]
    drive.act("trash", shortcuts[0]["id"])
    drive.act("trash", two["id"])
    looker.look()
    assert sorted(looker.gone) == sorted([one["id"], two["id"]])


def test_shortcuts_to_folders_are_not_followed_and_circles_end(drive, watched, looker):
    inside = drive.folder("inside", watched)
    drive.upload("elsewhere.jpg", picture(), drive.folder("elsewhere"))
    drive.steer("POST", "shortcuts", json={"name": "up", "parent": inside, "target": watched})
    first = drive.steer("POST", "shortcuts", json={"name": "a", "parent": inside, "target": inside})
    drive.steer("POST", "shortcuts", json={"name": "b", "parent": inside, "target": first["id"]})
    assert (looker.look(), looker.broken) == ([], {})
    assert looker.look(relist=True) == []


def test_a_shortcut_to_what_nobody_may_see_is_passed_over(sandbox, drive, watched, looker):
    stranger = google_account(sandbox, email="stranger@example.com")
    secret = stranger.upload("secret.jpg", picture())
    drive.steer("POST", "shortcuts", json={"name": "link", "parent": watched, "target": secret["id"]})
    assert (looker.look(), looker.broken) == ([], {})


# --- what is no picture


def test_documents_of_googles_own_are_passed_over_unless_they_call_themselves_pictures(drive, watched, looker):
    drive.steer("POST", "documents", json={"name": "Minutes", "parent": watched})
    drive.steer("POST", "documents", json={"name": "x.png", "parent": watched})
    [file] = looker.look()
    assert (file.name, file.unfit) == ("x.png", GoogleDocument(name="x.png"))


def test_films_are_refused_without_being_fetched(drive, watched, looker):
    drive.upload("film.mp4", b"film", watched)
    [file] = looker.look()
    assert file.unfit == FilmOrSound(name="film.mp4")


def test_a_picture_under_a_wrong_name_is_a_picture(drive, watched, looker):
    drive.upload("scan.pdf", picture(), watched)
    [file] = looker.look()
    assert not file.unfit


def test_an_empty_file_is_waited_for_and_then_refused(sandbox, drive, watched, looker, hours):
    file = drive.upload("cat.jpg", b"", watched)
    hours.ahead = 0
    assert looker.look(relist=True) == []
    hours.ahead = 3600
    [found] = looker.look(relist=True)
    assert (found.external_id, found.unfit) == (file["id"], EmptyFile(name="cat.jpg"))


def test_a_file_that_may_not_be_downloaded_says_so(sandbox, drive, watched, looker):
    file = drive.upload("cat.jpg", picture(), watched)
    drive.act("limit", file["id"], downloadable=False)
    [found] = looker.look()
    assert found.unfit == DownloadForbidden(name="cat.jpg")


# --- shared


def test_a_folder_that_somebody_shares_is_watched_and_broken_when_he_stops(drive, guest, watched):
    file = drive.upload("cake.jpg", picture(), watched)
    drive.act("share", watched, account=guest.login["account_id"])
    looker = looker_at(guest, watched)
    assert list(looker.files) == ["cake.jpg"]
    drive.act("unshare", watched, account=guest.login["account_id"])
    assert (looker.look(), looker.gone) == ([], [])
    assert isinstance(looker.broken[watched].reason, NoLongerSeen)
    drive.act("share", watched, account=guest.login["account_id"])
    drive.upload("more.jpg", picture(), watched)
    assert (looker.names(), looker.gone, looker.broken) == (["more.jpg"], [], {})
    assert DriveSource(guest.login["access_token"]).still_there(Found(watched, file["id"], "", "cake.jpg"))


def test_a_shared_drive_is_watched_through_a_log_of_its_own(drive, source, team):
    folder = drive.folder("pictures", team)
    drive.upload("old.jpg", picture(), folder)
    looker = looker_at(drive, folder)
    assert list(looker.files) == ["old.jpg"]
    file = drive.upload("team.jpg", picture(colour="red"), folder)
    assert looker.names() == ["team.jpg"]
    assert set(json.loads(looker.cursor.text)["tokens"]) == {team}
    drive.act("trash", file["id"])
    looker.look()
    assert looker.gone == [file["id"]]
    assert source.place(team) == Place(team, "Team")


def test_a_log_that_is_not_answered_keeps_no_other_from_being_read(sandbox, drive, team, watched):
    """The first log is the account's own; the second is that of the shared drive."""
    looker = looker_at(drive, watched, team)
    drive.upload("own.jpg", picture(), watched)
    drive.upload("team.jpg", picture(colour="red"), team)
    for _ in range(3):  # as often as we ask
        sandbox.fault("status", status=500, path="/drive/v3/changes", nth=1, **API)
    assert ([file.name for file in looker.once().found], list(looker.unanswered)) == (["team.jpg"], [watched])
    sandbox.no_faults()
    assert "own.jpg" in looker.names()


def test_leaving_a_shared_drive_breaks_the_watch(drive, team, watched):
    looker = looker_at(drive, team, watched)
    drive.steer("POST", f"drives/{team}/leave", json={"account": drive.login["account_id"]})
    drive.upload("own.jpg", picture(), watched)
    assert looker.names() == ["own.jpg"]
    assert list(looker.broken) == [team]


def test_a_folder_out_of_a_shared_drive_may_be_shared_with_others(sandbox, drive, team):
    visitor = google_account(sandbox, email="visitor@example.com")
    folder = drive.folder("for all", team)
    drive.act("share", folder, account=visitor.login["account_id"])
    looker = looker_at(visitor, folder)
    drive.upload("cake.jpg", picture(), folder)
    assert looker.names() == ["cake.jpg"]


# --- what goes wrong


@pytest.mark.parametrize("status", [400, 410])
def test_a_lost_page_token_leads_to_a_full_listing_and_nothing_is_lost_or_told_twice(
    sandbox, drive, watched, looker, status
):
    drive.upload("before.jpg", picture(), watched)
    looker.look()
    sandbox.fault("status", path="/drive/v3/changes", status=status, variant="invalid", times=1, **API)
    drive.upload("cat.jpg", picture(), watched)
    assert looker.names() == ["cat.jpg"]


def test_a_token_that_google_never_gave_leads_to_a_full_listing(drive, watched, looker):
    told = json.loads(looker.cursor.text)
    looker.cursor = replace(looker.cursor, text=json.dumps(told | {"tokens": {"": "999999999"}}))
    drive.upload("cat.jpg", picture(), watched)
    assert looker.names() == ["cat.jpg"]


def test_a_change_that_was_never_told_is_found_by_listing_again(drive, watched, looker):
    drive.upload("one.jpg", picture(), watched)
    file = drive.upload("two.jpg", picture(), watched)
    looker.look()
    drive.upload("missed.jpg", picture(), watched)
    drive.delete(file["id"])
    told = json.loads(looker.cursor.text)
    looker.cursor = replace(looker.cursor, text=json.dumps(told | {"tokens": {"": drive.start()}}))
    assert (looker.look(), looker.gone) == ([], [])
    assert looker.names(relist=True) == ["missed.jpg"]
    looker.gone = []
    drive.delete(looker.files["missed.jpg"].external_id)
    looker.look()
    assert looker.gone == [looker.files["missed.jpg"].external_id]


@pytest.mark.parametrize("path", ["/drive/v3/changes", "/drive/v3/files", "/drive/v3/files/*"])
@pytest.mark.parametrize("kind", ["drop", "lost", "truncated", "malformed", "empty", "redirect", "status"])
def test_a_look_that_fails_changes_nothing_and_the_next_one_finds_it_all(sandbox, drive, watched, looker, kind, path):
    kept = drive.upload("kept.jpg", picture(), watched)
    looker.look()
    drive.upload("cat.jpg", picture(), watched)
    # We ask three times, and httplib2 once more by itself when a line was cut: six strikes.
    sandbox.fault(kind, path=path, times=12, status=503 if kind == "status" else 0, message="https://x.test/", **API)
    looker.once(relist=True)
    assert isinstance(looker.unanswered[watched], Unavailable)
    sandbox.no_faults()
    assert looker.names() == ["cat.jpg"]
    assert kept["id"] not in looker.gone


@pytest.mark.parametrize(
    ("variant", "error", "at_least"),
    [
        ("userRateLimitExceeded", RateLimited, 1),
        ("rateLimitExceeded", RateLimited, 1),
        ("dailyLimitExceeded", RateLimited, 3600),
        ("quotaExceeded", RateLimited, 3600),
        ("backendError", Unavailable, 1),
    ],
)
def test_waiting_is_as_long_as_the_reason_says(sandbox, looker, variant, error, at_least):
    sandbox.fault("error", variant=variant, **API)
    looker.once()
    [told] = looker.unanswered.values()
    assert isinstance(told, error)
    assert told.retry_after >= at_least
    assert told.trace.code == variant


def test_too_many_requests_wait_as_long_as_google_says_and_are_not_repeated(sandbox, looker):
    sandbox.fault("rate", retry_after="99", **API)
    before = calls_to(sandbox, "/drive/v3/")
    looker.once()
    [told] = looker.unanswered.values()
    assert (told.retry_after, calls_to(sandbox, "/drive/v3/") - before) == (99, 1)


@pytest.mark.parametrize("variant", ["authError", "insufficientPermissions"])
def test_a_login_that_is_not_accepted_is_the_accounts_matter(sandbox, looker, variant):
    sandbox.fault("error", variant=variant, **API)
    with pytest.raises(Unauthorized):
        looker.once()


def test_a_dead_token_is_told_without_being_shown(drive, watched):
    with pytest.raises(Unauthorized) as told:
        DriveSource("ya29.secret").look([Place(watched)], NEVER_LOOKED)
    assert "secret" not in str(told.value)
    with pytest.raises(Unauthorized):
        DriveSource("").look([Place(watched)], NEVER_LOOKED)


def test_one_broken_place_does_not_hide_the_others(drive, watched):
    bad = drive.folder("bad")
    looker = looker_at(drive, watched, bad)
    drive.act("trash", bad)
    drive.upload("cat.jpg", picture(), watched)
    assert looker.names() == ["cat.jpg"]
    assert looker.broken[bad].reason == InTheBin(name="bad")


def test_the_whole_folder_in_the_bin_is_broken_and_nothing_is_gone(drive, watched, looker):
    drive.upload("cat.jpg", picture(), watched)
    looker.look()
    drive.act("trash", watched)
    assert (looker.look(), looker.gone) == ([], [])
    assert list(looker.broken) == [watched]
    drive.act("restore", watched)
    assert (looker.look(), looker.gone, looker.broken) == ([], [], {})


# --- a look has to end


def test_a_step_whose_time_is_over_leaves_the_rest_to_the_next(drive, watched):
    names = {f"{number}.jpg" for number in range(4)}
    for name in sorted(names):
        drive.upload(name, picture(), drive.folder(name, watched))
    trees: dict[str, Tree] = {}
    tokens: dict[str, str] = {}
    told: list[str] = []
    steps = 0
    with google.drive(drive.login["access_token"]) as service:
        more = True
        while more:
            look = Look(OneAtATime(service), trees, tokens)
            OneAtATime.look = look
            look.at([Place(watched, subfolders=True)], relist=False)
            told += [file.name for file in look.found]
            trees = {
                place_id: Tree.from_json(json.loads(json.dumps(tree.as_json())))
                for place_id, tree in look.trees.items()
            }
            tokens, steps, more = look.tokens, steps + 1, look.more
    assert (sorted(told), steps, look.listed, look.lost) == (sorted(names), 5, [watched], set())


class OneAtATime(Calls):
    """The time of a step is over after each listing."""

    look: Look

    def children(self, folder_id: str, drive: str = "", page: str = "") -> tuple[list[dict[str, Any]], str]:
        OneAtATime.look.until = 0
        return super().children(folder_id, drive, page)


def test_a_download_that_takes_too_long_is_given_up():
    slow = _Digest(io.BytesIO(), until=0)
    with pytest.raises(Unavailable, check=with_reason(TookTooLong)):
        slow.write(b"a piece")
