"""`watch add|list|look|pause|resume|remove`."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.connections.grants import connect
from accounts.models import Channel, User
from tests.commands.asking import Told, ask
from tests.factories import channel, person
from tests.facts import Said
from tests.house import grant
from tests.sandbox_fixture import Box
from watches.models import Watch
from watches.reasons.orders import NoneOfThisName

pytestmark = pytest.mark.django_db
OWNER = "ann@example.org"


@pytest.fixture
def ann() -> User:
    return person("Ann", operator=True)


@pytest.fixture
def page(ann: User) -> Channel:
    return channel(ann, name="Bakery")


def add(folder: Path, *more: str, name: str = "Holidays", channels: str = "all") -> Told:
    given = ("--owner", OWNER, "--name", name, "--source", "folder", "--place", str(folder), "--channels", channels)
    return ask("watch", "add", *given, *more, "--json")


def test_adding_one_tells_what_was_understood(ann: User, page: Channel, tmp_path: Path) -> None:
    options = ["--interval", "15", "--approval", "auto", "--existing", "post", "--fit", "crop"]
    options += ["--prompt", "One sentence.", "--language", "de", "--no-subfolders", "--latest-hours", "2"]
    told = add(tmp_path, *options, "--name-places").json
    assert (told["name"], told["owner"], told["state"], told["source"]) == ("Holidays", OWNER, "active", "folder")
    assert (told["interval"], told["approval"], told["existing"], told["fit"]) == (15, "auto", "post", "crop")
    assert (told["prompt"], told["language"], told["subfolders"]) == ("One sentence.", "de", False)
    assert (told["name_places"], told["latest_hours"]) == (True, 2)
    assert [one["name"] for one in told["channels"]] == ["Bakery"]


def test_channels_are_named_by_any_of_their_ids(ann: User, page: Channel, tmp_path: Path) -> None:
    twin = channel(ann, "threads", remote_id=page.remote_id)
    for number, text in enumerate([str(page.pk), f"facebook:{page.remote_id}"]):
        folder = tmp_path / str(number)
        folder.mkdir()
        told = add(folder, name=text, channels=text)
        assert [one["id"] for one in told.json["channels"]] == [str(page.pk)]
    assert "platform:id" in add(tmp_path, channels=twin.remote_id).sentence
    assert "manage.py channels" in add(tmp_path, channels="nothing").sentence


def test_all_means_those_that_are_ready(ann: User, page: Channel, tmp_path: Path) -> None:
    channel(ann, "threads", state="blocked")
    channel(person("Bob"))
    assert [one["id"] for one in add(tmp_path).json["channels"]] == [str(page.pk)]


def test_what_is_wrong_is_one_sentence_and_nothing_is_kept(ann: User, page: Channel, tmp_path: Path) -> None:
    told = add(tmp_path / "nowhere")
    assert told.code == 1
    assert "nowhere" in told.json["error"]
    assert not Watch.objects.exists()


def test_a_drive_is_chosen_by_itself_when_there_is_only_one(ann: User, page: Channel, settings, sandbox: Box) -> None:
    settings.REMOTE_ROOT = sandbox.root
    given = ("--owner", OWNER, "--name", "Drive", "--source", "drive", "--channels", "all", "--json")
    token = sandbox.person("google")["google"]
    assert "connect one first" in ask("watch", "add", *given, "--place", token["root"]).sentence
    connect(ann, "google", grant(token))
    folder = sandbox.ask("POST", "drive/folders", {"name": "Cats", "parent": token["root"]})["id"]
    told = ask("watch", "add", *given, "--place", folder)
    assert (told.json["place"], told.json["place_name"]) == (folder, "Cats")
    second = sandbox.person("google", email="two@example.com")["google"]
    connect(ann, "google", grant(second))
    ambiguous = ask("watch", "add", *given, "--place", folder)
    assert "two@example.com" in ambiguous.sentence


def test_the_life_of_a_watch(ann: User, page: Channel, tmp_path: Path) -> None:
    add(tmp_path)
    for act, state in [("look", "active"), ("pause", "paused"), ("resume", "active")]:
        assert ask("watch", act, "Holidays", "--json").json["state"] == state
    assert [row["name"] for row in ask("watch", "list", "--json").json] == ["Holidays"]
    assert "Holidays is removed." in ask("watch", "remove", "Holidays").out
    assert ask("watch", "list", "--json").json == []


def test_a_watch_that_nobody_knows_is_named(ann: User) -> None:
    told = ask("watch", "pause", "Nothing", "--json")
    assert (told.code, told.json["error"]) == (1, str(NoneOfThisName(name="Nothing")))


def test_two_people_may_use_one_name_and_then_the_owner_is_asked_for(ann: User, page: Channel, tmp_path: Path) -> None:
    bob = person("Bob", operator=True)
    channel(bob)
    add(tmp_path)
    ask(
        "watch", "add", "--owner", "bob@example.org", "--name", "Holidays", "--source", "folder",
        "--place", str(tmp_path), "--channels", "all",
    )  # fmt: skip
    assert "--owner" in ask("watch", "pause", "Holidays").sentence
    assert ask("watch", "pause", "Holidays", "--owner", OWNER).code == 0
    assert Watch.objects.get(owner=bob).state == "active"


def test_lists_are_for_people_too(ann: User, page: Channel, tmp_path: Path) -> None:
    assert "watch add --help" in ask("watch", "list").out
    add(tmp_path)
    told = Said(words="The folder is gone.")
    Watch.objects.update(state="broken", **Watch.problem.columns(told))
    out = ask("watch", "list", "--owner", OWNER).out
    assert "broken" in out
    assert f"Holidays: {told}" in out
