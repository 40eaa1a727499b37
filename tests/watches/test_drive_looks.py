"""Looks at Drive as the product makes them: kept as they come, through bad weather, and without asking too much."""

from __future__ import annotations

import datetime as dt
import html
import json
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

import watches.tasks
from accounts.connections.grants import connect
from accounts.models import Credential
from poster import clock
from poster.permissions import TERMINAL
from tests.commands.asking import ask
from tests.factories import person
from tests.house import House, grant
from tests.sandbox.google_world import Google, google_account, picture
from watches.models import FoundFile, SourceCursor, Watch
from watches.scanning import scan
from watches.silence import silence
from watches.sources import Place
from watches.sources.drive_look import ACCOUNT, Look
from watches.sources.drive_tree import Tree
from watches.watch_service import add_watch

API = {"host": "www.googleapis.com"}
State = FoundFile.State


@pytest.fixture
def house(house: House) -> House:
    house.owner = person("Zoe", operator=True)
    house.connect()
    return house


def drive_of(house: House, email: str = "owner@example.com") -> Google:
    """An account that is connected."""
    google = google_account(house.box, email=email)
    connect(house.owner, "google", grant(google.login))
    return google


@pytest.fixture(autouse=True)
def may_look_often(settings) -> None:
    """More often, and into more places, than the operator lets people by default."""
    settings.SHORTEST_INTERVAL, settings.MOST_WATCHES = 5, 200


def watch(house: House, drive: Google, folder: str, name: str = "Drive", **rules) -> Watch:
    login = Credential.objects.get(provider="google", name=drive.login["email"])
    options = {"source": "drive", "place": folder, "interval": 5, "approval": "ask", "credential": login, **rules}
    channels = rules.pop("channels", list(house.channels.values()))
    return add_watch(house.owner, by=TERMINAL, name=name, channels=channels, **{**options, **rules})


def states(**where) -> Counter[str]:
    return Counter(FoundFile.objects.filter(**where).values_list("state", flat=True))


def look(house: House, seconds: float = 90) -> None:
    """One round of looking alone."""
    house.later(seconds)
    for stream in watches.tasks.streams_due():
        if SourceCursor.objects.take(stream):
            scan(stream)


# --- in bad weather


@pytest.mark.parametrize(
    "seed", [*range(3), *(pytest.param(each, marks=pytest.mark.thorough) for each in range(3, 15))]
)
@pytest.mark.slow
def test_with_lost_answers_the_first_look_at_sixty_shortcuts_is_whole_within_three_rounds(house, seed):
    drive = drive_of(house)
    folder = drive.folder("shown")
    elsewhere = drive.folder("elsewhere")
    for number in range(60):
        target = drive.upload(f"{number}.jpg", b"%d" % number, elsewhere)
        drive.steer("POST", "shortcuts", json={"name": f"{number}", "parent": folder, "target": target["id"]})
    house.box.world._noise.seed(seed)
    watch(house, drive, folder, backlog="post")
    Watch.objects.update(listed_at=None, began_at=clock.now())
    FoundFile.objects.all().delete()
    SourceCursor.objects.update(cursor="", relisted_at=None)
    house.box.fault("status", status=503, probability=0.05, **API)
    house.box.fault("lost", probability=0.05, **API)
    for _ in range(3):
        look(house)
    assert states() == {State.FOUND: 60}
    assert (Watch.objects.get().listed_at is not None, Watch.objects.get().unread) == (True, 0)


def test_a_shortcut_that_is_not_answered_waits_for_itself_and_is_told(house):
    drive = drive_of(house)
    folder, elsewhere = drive.folder("shown"), drive.folder("elsewhere")
    made = watch(house, drive, folder)
    files = [drive.upload(f"{number}.jpg", picture(), elsewhere) for number in range(3)]
    for file in files:
        drive.steer("POST", "shortcuts", json={"name": file["name"], "parent": folder, "target": file["id"]})
    house.box.fault("status", status=500, path=f"/drive/v3/files/{files[1]['id']}", **API)
    look(house)
    assert set(FoundFile.objects.values_list("external_id", flat=True)) == {files[0]["id"], files[2]["id"]}
    made.refresh_from_db()
    assert (made.unread, made.unread_names, made.unanswered) == (1, ["1.jpg"], None)
    house.box.no_faults()
    look(house)
    made.refresh_from_db()
    assert (states(), made.unread) == ({State.FOUND: 3}, 0)


def test_a_folder_that_is_not_answered_waits_and_the_rest_of_the_first_look_is_told(house):
    drive = drive_of(house)
    top = drive.folder("top")
    bad, good = drive.folder("bad", top), drive.folder("good", top)
    for folder in (bad, good, top):
        drive.upload(f"in {folder}.jpg", picture(), folder)
    # The list of one folder is asked for by a query, so what fails is the second list of the look.
    house.box.fault("status", status=500, path="/drive/v3/files", nth=2, **API)
    house.box.fault("status", status=500, path="/drive/v3/files", nth=2, **API)
    house.box.fault("status", status=500, path="/drive/v3/files", nth=2, **API)
    made = watch(house, drive, top, backlog="post")
    made.refresh_from_db()
    assert (states(), made.listed_at, made.unread, made.unanswered) == ({State.FOUND: 2}, None, 1, None)
    look(house)
    made.refresh_from_db()
    assert (states(), made.listed_at is not None, made.unread) == ({State.FOUND: 3}, True, 0)


def test_nobody_answers_and_the_watch_says_since_when_and_when_next(house):
    drive = drive_of(house)
    made = watch(house, drive, drive.folder("watched"))
    made.refresh_from_db()
    seen = made.looked_at
    house.box.fault("status", status=503, **API)
    look(house)
    made.refresh_from_db()
    assert made.unanswered
    assert (made.state, made.looked_at) == (Watch.State.ACTIVE, seen)
    assert made.stream.next_at > clock.now()
    assert told_everywhere(house, made) == [True] * 4
    house.box.no_faults()
    look(house, 1000)
    made.refresh_from_db()
    assert (made.unanswered, made.looked_at > seen) == (None, True)
    assert told_everywhere(house, made, "Nothing seen since") == [False] * 4


def told_everywhere(house: House, made: Watch, said: str = "") -> list[bool]:
    """On its page, in the list, by the command and by the doctor: why nothing was seen."""
    browser = Client()
    browser.force_login(house.owner)
    pages = [reverse("admin:watches_watch_change", args=[made.pk]), reverse("admin:watches_watch_changelist")]
    told = [html.unescape(browser.get(page).content.decode()) for page in pages]
    told += [ask("watch", "list").out, ask("doctor", "--offline").out]
    return [(said or silence(made)) in each for each in told]


def test_a_shortcut_to_an_old_picture_that_is_answered_after_the_first_look_is_an_old_one(house):
    drive = drive_of(house)
    folder, elsewhere = drive.folder("shown"), drive.folder("elsewhere")
    files = [drive.upload(f"{number}.jpg", picture(), elsewhere) for number in range(7)]
    for file in files:
        drive.steer("POST", "shortcuts", json={"name": file["name"], "parent": folder, "target": file["id"]})
    drive.upload("plain.jpg", picture(), folder)
    house.later(60)
    for file in files[2:]:  # several in a row: the look ends, and loses nothing of its page
        house.box.fault("status", status=500, path=f"/drive/v3/files/{file['id']}", **API)
    made = watch(house, drive, folder)
    made.refresh_from_db()
    assert (made.listed_at, set(states()), made.unread >= 5) == (None, {State.RECORDED}, True)
    house.box.no_faults()
    look(house, 1000)
    made.refresh_from_db()
    assert (states(), made.listed_at is not None, made.unread) == ({State.RECORDED: 8}, True, 0)


# --- what is kept


def test_each_page_of_the_log_is_kept_with_the_place_behind_it(house):
    house.box.fault("short_pages", code=10, **API)
    drive = drive_of(house)
    folder = drive.folder("watched")
    watch(house, drive, folder)
    for number in range(35):
        drive.upload(f"{number}.jpg", b"%d" % number, folder)
    house.later(90)
    house.box.fault("status", status=503, path="/drive/v3/changes", nth=3, **API)
    house.box.fault("status", status=503, path="/drive/v3/changes", nth=3, **API)
    house.box.fault("status", status=503, path="/drive/v3/changes", nth=3, **API)
    stream = SourceCursor.objects.get()
    assert SourceCursor.objects.take(stream)
    before = json.loads(stream.cursor)["tokens"][""]
    scan(stream)
    kept = FoundFile.objects.count()
    assert (kept, json.loads(SourceCursor.objects.get().cursor)["tokens"][""] != before) == (20, True)
    house.box.no_faults()
    look(house, 1000)
    assert FoundFile.objects.count() == 35


def test_a_worker_that_dies_between_two_pages_leaves_the_rest_to_the_next(house):
    """Its lease ends in the middle: what it writes afterwards is not taken."""
    house.box.fault("short_pages", code=10, **API)
    drive = drive_of(house)
    folder = drive.folder("watched")
    watch(house, drive, folder)
    for number in range(25):
        drive.upload(f"{number}.jpg", b"%d" % number, folder)
    house.later(90)
    stream = SourceCursor.objects.get()
    assert SourceCursor.objects.take(stream)
    scan(stream, seconds=0)  # one step, as if it ended there
    assert FoundFile.objects.count() == 10
    late = SourceCursor.objects.get()
    assert SourceCursor.objects.filter(pk=late.pk).update(fence=late.fence + 1)
    assert "faster" in scan(late)
    assert FoundFile.objects.count() == 10
    look(house)
    assert FoundFile.objects.count() == 25


# --- what it costs


def quiet_round(house: House, drives: list[Google]) -> list[dict[str, int]]:
    before = [drive.asked() for drive in drives]
    look(house, 10)
    return [dict(drive.asked() - earlier) for drive, earlier in zip(drives, before, strict=True)]


def test_ten_watches_of_one_account_ask_once_a_round(house):
    drive = drive_of(house)
    for number in range(10):
        watch(house, drive, drive.folder(f"{number}"), f"{number}")
    look(house)
    assert [quiet_round(house, [drive]) for _ in range(3)] == [[{"GET changes.list": 1}]] * 3


@pytest.mark.slow
def test_a_hundred_watches_of_three_accounts_ask_three_times_a_round(house):
    drives = [drive_of(house, f"{name}@example.com") for name in ("one", "two", "three")]
    for number in range(100):
        drive = drives[number % 3]
        watch(house, drive, drive.folder(f"{number}"), f"{number}")
    look(house)
    assert [quiet_round(house, drives) for _ in range(2)] == [[{"GET changes.list": 1}] * 3] * 2


def test_a_new_watch_is_listed_alone_and_the_others_keep_their_position(house):
    drive = drive_of(house)
    first, second = drive.folder("first"), drive.folder("second")
    watch(house, drive, first, "first")
    drive.upload("before.jpg", picture(), first)
    before = drive.asked()
    watch(house, drive, second, "second")
    asked = drive.asked() - before
    assert (asked["GET files.list"], asked["GET changes.list"]) == (1, 1)
    assert list(FoundFile.objects.values_list("name", "state")) == [("before.jpg", State.FOUND)]


def test_a_folder_above_in_the_bin_breaks_the_watch_and_nothing_in_it_is_gone(house):
    drive = drive_of(house)
    above = drive.folder("above")
    folder = drive.folder("watched", above)
    made = watch(house, drive, folder)
    drive.upload("cat.jpg", picture(), folder)
    look(house)
    drive.act("trash", above)
    look(house)
    made.refresh_from_db()
    assert (made.state, states()) == (Watch.State.BROKEN, {State.FOUND: 1})
    assert quiet_round(house, [drive]) == [{"GET changes.list": 1}]
    drive.act("restore", above)
    look(house)
    made.refresh_from_db()
    assert (made.state, made.problem, states()) == (Watch.State.ACTIVE, None, {State.FOUND: 1})


# --- what counts as new


def test_a_picture_dropped_right_after_the_watch_was_made_is_new(house):
    drive = drive_of(house)
    folder, drafts = drive.folder("watched"), drive.folder("drafts")
    drive.upload("old.jpg", picture(), folder)
    draft = drive.upload("draft.jpg", picture(colour="red"), drafts)
    house.later(600)
    watch(house, drive, folder)
    drive.upload("new.jpg", picture(colour="blue"), folder)
    drive.act("move", draft["id"], parent=folder)
    look(house)
    assert dict(FoundFile.objects.values_list("name", "state")) == {
        "old.jpg": State.RECORDED,
        "new.jpg": State.FOUND,
        "draft.jpg": State.FOUND,
    }


@pytest.mark.parametrize("wrong", [0, -7200, 7200])
def test_pictures_dropped_while_the_first_look_fails_are_new_whatever_our_clock_says(house, wrong):
    """The list of files is not answered; the log of changes is. Our clock may be wrong by hours."""
    drive = drive_of(house)
    folder, drafts = drive.folder("watched"), drive.folder("drafts")
    drive.upload("old.jpg", picture(), folder)
    draft = drive.upload("draft.jpg", picture(colour="red"), drafts)
    house.later(600)
    house.offset += wrong
    Credential.objects.update(expires_at=clock.now() + dt.timedelta(days=1))
    house.box.fault("status", status=503, path="/drive/v3/files", **API)
    made = watch(house, drive, folder)
    house.later(60)
    drive.upload("new.jpg", picture(colour="blue"), folder)
    drive.act("move", draft["id"], parent=folder)
    look(house)
    house.box.no_faults()
    look(house, 1000)
    assert dict(FoundFile.objects.values_list("name", "state")) == {
        "old.jpg": State.RECORDED,
        "new.jpg": State.FOUND,
        "draft.jpg": State.FOUND,
    }
    made.refresh_from_db()
    assert made.listed_at is not None


# --- rows that are odd


@pytest.mark.parametrize(
    "odd",
    [
        *({"name": None}, {"mimeType": None}, {"size": None}, {"size": "many"}, {"parents": "nowhere"}, {"id": None}),
        *({"id": 7}, {"name": ["a"]}, {"shortcutDetails": "x"}, {"capabilities": []}),
    ],
)
def test_an_odd_row_is_passed_over_and_told_and_the_others_go_on(house, odd):
    drive = drive_of(house)
    folder = drive.folder("watched")
    made = watch(house, drive, folder, backlog="post")
    drive.upload("good.jpg", picture(), folder)
    bad = drive.upload("bad.jpg", picture(colour="red"), folder)
    drive.steer("POST", f"files/{bad['id']}/distort", json=odd)
    look(house)
    SourceCursor.objects.update(relisted_at=None)
    look(house)
    made.refresh_from_db()
    assert (list(FoundFile.objects.values_list("name", flat=True)), made.unread) == (["good.jpg"], 1)
    drive.steer("POST", f"files/{bad['id']}/distort", json={})
    drive.act("rename", bad["id"], name="mended.jpg")
    SourceCursor.objects.update(relisted_at=None)
    look(house)
    made.refresh_from_db()
    assert (FoundFile.objects.count(), made.unread) == (2, 0)


def test_a_file_that_may_be_downloaded_at_last_is_taken(house):
    drive = drive_of(house)
    folder = drive.folder("watched")
    watch(house, drive, folder)
    file = drive.upload("cat.jpg", picture(400, 300), folder)
    drive.act("limit", file["id"], downloadable=False)
    house.look(2)
    assert states() == {State.SKIPPED: 1}
    drive.act("limit", file["id"], downloadable=True)
    house.look(2)
    assert states() == {State.TAKEN: 1}


def test_what_leaves_the_accounts_own_log_is_still_in_its_shared_drive():
    """Its members hear of it in the log of the drive; to be out of one's own is not to be gone."""
    place, tree = Place("top"), Tree("top", home="drive", log="drive", stale=False, files={"picture": "top"})
    seen = Look(calls=None, trees={"top": tree}, tokens={})
    removed = {"fileId": "picture", "removed": True}
    seen._apply(removed, ACCOUNT, place)
    assert (seen.gone, tree.files) == ([], {"picture": "top"})
    seen._apply(removed, "drive", place)
    assert (seen.gone, tree.files) == (["picture"], {})
