"""The page of a new source: its folders are walked through, and what it would do is said before anything is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.connections.grants import connect
from accounts.models import Credential, User
from tests import factories
from tests.house import grant
from tests.sandbox.google_world import Google, picture
from tests.sandbox_fixture import Box
from watches.models import Watch
from watches.new_source import picture_address
from watches.picking import Where
from watches.sources import MOST_OPENED, MOST_SHOWN, Found

pytestmark = pytest.mark.django_db
FORM = {"interval": "60", "captioner": "describer", "approval": "ask", "backlog": "skip", "fit": "pad"}
FORM |= {"latest_hours": "24", "subfolders": "on"}


@pytest.fixture
def olga(db: None) -> User:
    return factories.person("Olga", operator=True)


@pytest.fixture
def ann(db: None) -> User:
    return factories.person("Ann")


@pytest.fixture
def login(ann: User, drive: Google) -> Credential:
    return connect(ann, "google", grant(drive.login))[0]


def page_of(person: User, **sent: Any) -> Any:
    client = Client()
    client.force_login(person)
    return client.post(reverse("admin:watches_watch_add"), {**FORM, **sent})


def seen(person: User, address: str) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(address)


def names(page: Any) -> list[str]:
    return [each.name for each in page.context["page"].opened.folders]


def test_a_drive_is_walked_from_its_top(ann: User, login: Credential, drive: Google) -> None:
    spring = drive.folder("Spring", drive.folder("Years"))
    drive.folder("Tulips", spring)
    for name in ("a.jpg", "b.jpg"):
        drive.upload(name, picture(), spring)
    drive.upload("notes.txt", b"no picture", spring)
    mine = {"source": "drive", "credential": str(login.pk)}
    assert "My Drive" in names(page_of(ann, **mine, open=""))
    assert names(page_of(ann, **mine, open=drive.home)) == ["Years"]
    page = page_of(ann, **mine, open=spring)
    opened = page.context["page"].opened
    assert (opened.name, opened.pictures, opened.whole, names(page)) == ("Spring", 2, True, ["Tulips"])
    assert [each.name for each in opened.trail] == ["My Drive", "Years"]
    form = page.context["adminform"].form
    assert (form["name"].value(), form["place"].value()) == ("Spring", opened.address)
    assert not form.errors
    assert not Watch.objects.exists()


def test_a_pasted_link_opens_its_folder_and_is_what_is_saved(ann: User, login: Credential, drive: Google) -> None:
    spring, page = drive.folder("Spring"), factories.channel(ann)
    link = f"https://drive.google.com/drive/folders/{spring}?usp=sharing"
    mine = {"source": "drive", "credential": str(login.pk), "place": link, "channels": [str(page.pk)]}
    opened = page_of(ann, **mine, look="yes")
    assert opened.context["page"].opened.id == spring
    assert opened.context["adminform"].form["channels"].value() == [str(page.pk)]
    place = opened.context["adminform"].form["place"].value()
    made = page_of(ann, **mine | {"place": place, "name": "Spring"})
    watch = Watch.objects.get()
    assert (made.status_code, made.url) == (302, reverse("admin:watches_watch_change", args=[watch.pk]))
    assert watch.place_id == spring


def test_folders_are_found_by_name(ann: User, login: Credential, drive: Google) -> None:
    drive.folder("Tulips", drive.folder("Spring"))
    page = page_of(ann, source="drive", credential=str(login.pk), search="yes", words="tuli")
    assert [each.name for each in page.context["page"].found.folders] == ["Tulips"]
    assert page.context["page"].found.whole


def test_pictures_of_a_drive_are_shown_to_whoever_the_account_belongs_to(
    ann: User, login: Credential, drive: Google
) -> None:
    spring = drive.folder("Spring")
    drive.upload("a.jpg", picture(), spring)
    [(_, address)] = page_of(ann, source="drive", credential=str(login.pk), open=spring).context["page"].pictures
    shown = seen(ann, address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert seen(factories.person("Bob"), address).status_code == 404


def test_nobody_walks_with_the_account_of_another(login: Credential, drive: Google) -> None:
    page = page_of(factories.person("Bob"), source="drive", credential=str(login.pk), open="")
    assert page.context["page"].opened is None
    assert page.context["page"].problem


def test_members_walk_through_no_folder_of_this_machine(ann: User, tmp_path: Path) -> None:
    page = page_of(ann, source="folder", open=str(tmp_path))
    assert page.context["page"].opened is None
    assert page.context["page"].problem
    address = picture_address(Where(ann, "folder"), Found(str(tmp_path), "a.jpg#1-1", "1-1", "a.jpg"))
    assert seen(ann, address).status_code == 404


def test_folders_of_this_machine_are_walked_without_links_and_hidden_ones(olga: User, inbox: Path) -> None:
    (inbox / "Spring" / "Tulips").mkdir(parents=True)
    (inbox / ".hidden").mkdir()
    (inbox / "elsewhere").symlink_to("/")
    (inbox / "a.jpg").write_bytes(picture())
    (inbox / "notes.txt").write_text("no picture")
    page = page_of(olga, source="folder", open=str(inbox))
    opened = page.context["page"].opened
    assert (names(page), opened.pictures) == (["Spring"], 1)
    found = page_of(olga, source="folder", place=str(inbox), search="yes", words="tulip")
    assert [each.id for each in found.context["page"].found.folders] == [str(inbox / "Spring" / "Tulips")]
    [(_, address)] = page.context["page"].pictures
    assert seen(olga, address)["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("file", ["%00#1-1", "a.jpg", "#", "../secret.jpg#1-1", "Spring/a.jpg#1-1", "link.jpg#1-1"])
def test_no_picture_outside_of_the_folder_is_shown(olga: User, inbox: Path, file: str) -> None:
    for path in (inbox.parent / "secret.jpg", inbox / "Spring" / "a.jpg"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture())
    (inbox / "link.jpg").symlink_to(inbox.parent / "secret.jpg")
    size, modified = (inbox.parent / "secret.jpg").stat().st_size, (inbox.parent / "secret.jpg").stat().st_mtime_ns
    found = Found(str(inbox), file, f"{size}-{modified}", "a.jpg")
    told = seen(olga, picture_address(Where(olga, "folder"), found))
    assert told["Content-Type"] != "image/jpeg"


def test_our_own_files_are_neither_listed_nor_shown(olga: User, settings: Any, tmp_path: Path) -> None:
    top = tmp_path.resolve()
    settings.VAR, settings.INBOX = top / "var", top / "var" / "inbox"
    for folder in ("var/inbox/new", "var/blobs/deep", "else"):
        (top / folder).mkdir(parents=True)
    (top / "var" / "blobs" / "a.jpg").write_bytes(picture())
    assert names(page_of(olga, source="folder", open="")) == ["new"]
    assert names(page_of(olga, source="folder", open=str(top))) == ["else", "var"]
    inside = page_of(olga, source="folder", open=str(top / "var")).context["page"].opened
    assert ([each.name for each in inside.folders], inside.place) == (["inbox"], False)
    assert page_of(olga, source="folder", open=str(top / "var" / "blobs")).context["page"].opened is None
    found = Found(str(top / "var" / "blobs"), "a.jpg#1-1", "1-1", "a.jpg")
    assert seen(olga, picture_address(Where(olga, "folder"), found)).status_code == 404


def test_what_it_would_do_follows_what_is_ticked(olga: User, inbox: Path) -> None:
    (inbox / "a.jpg").write_bytes(picture())
    page, mine = factories.channel(olga), {"source": "folder", "place": str(inbox), "look": "yes"}
    asks = page_of(olga, **mine, channels=[str(page.pk)]).context["page"].forecast
    by_itself = page_of(olga, **mine, channels=[str(page.pk)], approval="auto", backlog="post")
    assert len(asks) == 4
    assert any(page.name in sentence for sentence in asks)
    assert set(asks[1:]) & set(by_itself.context["page"].forecast) == {asks[2]}  # about folders in it


@pytest.mark.parametrize(
    ("ticked", "said"),
    [
        ({"backlog": "post"}, "What lies there already gets words too, and waits for you."),
        ({"backlog": "post", "approval": "auto"}, "What lies there already is posted too."),
        ({"backlog": "skip"}, "What lies there already stays as it is; you can still post any of it later."),
    ],
)
def test_what_lies_there_is_foretold_as_it_will_be(olga: User, inbox: Path, ticked: dict[str, str], said: str) -> None:
    (inbox / "Spring").mkdir()
    (inbox / "Spring" / "a.jpg").write_bytes(picture())
    told = page_of(olga, source="folder", place=str(inbox), look="yes", **ticked).context["page"].forecast
    assert said in told
    assert "Folders in it are watched too, with all that is in them." in told


def test_a_search_or_a_list_that_was_cut_says_so(ann: User, login: Credential, drive: Google) -> None:
    for number in range(MOST_OPENED + 1):
        drive.folder(f"Tulips {number}")
    mine = {"source": "drive", "credential": str(login.pk)}
    found = page_of(ann, **mine, search="yes", words="tulips").context["page"].found
    assert (len(found.folders), found.whole) == (MOST_OPENED, False)
    opened = page_of(ann, **mine, open=drive.home).context["page"].opened
    assert (len(opened.folders), opened.all_folders, opened.whole) == (MOST_OPENED, False, True)


def test_the_newest_pictures_of_a_drive_are_asked_for(
    ann: User, login: Credential, drive: Google, sandbox: Box
) -> None:
    spring = drive.folder("Spring")
    for number in range(MOST_SHOWN + 2):
        drive.upload(f"{number}.jpg", picture(), spring)
        sandbox.advance(60)
    drive.upload("notes.txt", b"no picture", spring)
    opened = page_of(ann, source="drive", credential=str(login.pk), open=spring).context["page"].opened
    assert opened.pictures == MOST_SHOWN + 2
    assert [each.name for each in opened.some] == [f"{number}.jpg" for number in range(MOST_SHOWN + 1, 1, -1)]


def test_a_step_keeps_what_was_typed_for_the_next_time(olga: User, inbox: Path) -> None:
    client = Client()
    client.force_login(olga)
    where = reverse("admin:watches_watch_add")
    mark = client.get(where).content.decode().split('name="typed_here" value="')[1].split('"')[0]
    client.post(where, {**FORM, "source": "folder", "place": str(inbox), "look": "yes", "typed_here": mark})
    assert str(inbox) in client.get(where).content.decode()
