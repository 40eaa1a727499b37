"""A standing order is tried and checked when it is given, and every refusal says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.connections.grants import connect
from accounts.models import Channel, Credential, User
from poster import clock
from poster.errors import Refused
from poster.permissions import TERMINAL, Caller, NotPossible
from poster.reasons import Reason
from tests.factories import channel, file, person
from tests.facts import Said, with_reason
from tests.house import grant
from tests.sandbox_fixture import Box
from watches.models import FoundFile, PromptTemplate, SourceCursor, Watch
from watches.reasons import orders as why
from watches.reasons.places import NoSuchFolder
from watches.watch_service import add_watch, look_now, pause, remove, resume
from writing.reasons.words import LanguageUnknown, NoKey, UnknownBlank

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return person("Ann", operator=True)


@pytest.fixture
def page(ann: User) -> Channel:
    return channel(ann)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder.resolve()


def order(owner: User, folder: Path | str, *channels: Channel, **wishes: Any) -> Watch:
    usual = {"name": "Holidays", "source": "folder", "place": str(folder), "channels": channels, "by": TERMINAL}
    return add_watch(owner, **{**usual, **wishes})


def test_an_order_is_kept_as_given_and_due_at_once(ann: User, page: Channel, pictures: Path) -> None:
    made = order(ann, pictures, page, interval=10, approval="auto", backlog="post", fit="crop", language="de")
    watch = Watch.objects.get(pk=made.pk)
    assert (watch.place_id, watch.place_name, watch.state) == (str(pictures), "pictures", "active")
    assert (watch.interval, watch.approval, watch.backlog, watch.fit) == (10, "auto", "post", "crop")
    assert list(watch.channels.all()) == [page]
    assert watch.stream.next_at <= clock.now()


def test_what_is_not_said_is_the_careful_choice(ann: User, page: Channel, pictures: Path) -> None:
    watch = order(ann, pictures, page)
    assert (watch.approval, watch.backlog, watch.captioner, watch.fit) == ("ask", "skip", "describer", "pad")


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        ({"name": "  "}, why.NameMissing),
        ({"interval": 1}, why.TooOften),
        ({"captioner": "poet"}, why.NoSuchCaptioner),
        ({"captioner": "openai"}, NoKey),
        ({"language": "Klingon"}, LanguageUnknown),
        ({"prompt": "About {file}, {camera}."}, UnknownBlank),
        ({"approval": "maybe"}, why.NoSuchChoice),
        ({"backlog": "all"}, why.NoSuchChoice),
        ({"fit": "stretch"}, why.NoSuchChoice),
        ({"source": "dropbox"}, why.NoSuchSource),
        ({"source": "drive"}, why.NoLogin),
        ({"channels": []}, why.NoChannel),
    ],
)
def test_nonsense_is_refused_with_its_reason(
    ann: User, page: Channel, pictures: Path, wishes: dict[str, Any], reason: type[Reason]
) -> None:
    with pytest.raises(NotPossible, check=with_reason(reason)):
        order(ann, pictures, page, **wishes)
    assert not Watch.objects.exists()
    assert not SourceCursor.objects.exists()


def test_a_folder_that_is_not_there_is_named(ann: User, page: Channel, pictures: Path) -> None:
    with pytest.raises(Refused, check=with_reason(NoSuchFolder, path=str(pictures / "nowhere"))):
        order(ann, pictures / "nowhere", page)


def test_our_own_files_are_never_watched_but_the_inbox_is(ann: User, page: Channel, settings, tmp_path: Path) -> None:
    settings.VAR, settings.INBOX = tmp_path / "var", tmp_path / "var" / "inbox"
    for inside in ("inbox/sub", "spool"):
        (settings.VAR / inside).mkdir(parents=True)
    for forbidden in (settings.VAR, settings.VAR / "spool", tmp_path):
        with pytest.raises(NotPossible, check=with_reason(why.OurOwnFiles)):
            order(ann, forbidden, page)
    order(ann, settings.INBOX, page, name="Inbox")
    order(ann, settings.INBOX / "sub", page, name="Sub")


def test_folders_of_this_machine_are_for_the_operator(pictures: Path) -> None:
    bob = person("Bob")
    with pytest.raises(NotPossible, check=with_reason(why.FoldersOfOperator)):
        order(bob, pictures, channel(bob), by=Caller.of(bob))


def test_at_the_terminal_the_operator_may_give_one_to_somebody(pictures: Path) -> None:
    bob = person("Bob")
    assert order(bob, pictures, channel(bob)).owner == bob


def test_nobody_posts_to_channels_of_others(ann: User, pictures: Path) -> None:
    with pytest.raises(NotPossible, check=with_reason(why.ChannelOfAnother)):
        order(ann, pictures, channel(person("Bob")))


def test_practice_and_real_accounts_are_not_mixed(ann: User, page: Channel, pictures: Path) -> None:
    practice = channel(ann, "threads")
    Credential.objects.filter(pk=practice.credential_id).update(practice=True)
    with pytest.raises(NotPossible, check=with_reason(why.MixedWorlds)):
        order(ann, pictures, page, Channel.objects.get(pk=practice.pk))


def test_the_same_order_twice_is_refused_but_other_channels_are_fine(ann: User, page: Channel, pictures: Path) -> None:
    first = order(ann, pictures, page)
    with pytest.raises(NotPossible, check=with_reason(why.HasATwin, name="Holidays")):
        order(ann, pictures, page, name="Again")
    with pytest.raises(NotPossible, check=with_reason(why.NameTaken, name="Holidays")):
        order(ann, pictures, channel(ann, "threads"))
    second = order(ann, pictures, channel(ann, "threads"), name="Again")
    assert first.stream_id == second.stream_id


def test_a_prompt_becomes_a_template_of_its_own_once(ann: User, page: Channel, pictures: Path) -> None:
    PromptTemplate.objects.create(owner=ann, name="Holidays", text="Something else.")
    made = order(ann, pictures, page, prompt="One cheerful sentence.")
    again = order(ann, pictures, channel(ann), name="Again", prompt="One cheerful sentence.")
    assert made.prompt_template is not None
    assert (made.prompt_template.name, made.prompt_template.text) == ("Holidays (2)", "One cheerful sentence.")
    assert again.prompt_template_id == made.prompt_template_id


def test_a_drive_folder_is_found_by_its_link_and_shares_the_stream(ann: User, settings, sandbox: Box) -> None:
    settings.REMOTE_ROOT = sandbox.root
    token = sandbox.person("google")["google"]
    drive, _ = connect(ann, "google", grant(token))
    made = [
        sandbox.ask("POST", "drive/folders", {"name": name, "parent": token["root"]})["id"] for name in ("Cats", "Dogs")
    ]
    cats, dogs = (
        add_watch(
            ann,
            name=folder,
            source="drive",
            place=f"https://drive.google.com/drive/folders/{folder}?usp=sharing",
            credential=drive,
            channels=[channel(ann)],
            by=TERMINAL,
        )
        for folder in made
    )
    assert [cats.place_id, cats.place_name] == [made[0], "Cats"]
    assert cats.stream_id == dogs.stream_id
    assert cats.stream.key == str(drive.pk)


def test_a_drive_of_somebody_else_is_refused(ann: User, page: Channel) -> None:
    theirs = channel(person("Bob"), "google").credential
    with pytest.raises(NotPossible, check=with_reason(why.LoginOfAnother)):
        order(ann, "root", page, source="drive", credential=theirs)


def test_pausing_resuming_and_looking_now(ann: User, page: Channel, pictures: Path) -> None:
    watch = order(ann, pictures, page)
    pause(watch, by=TERMINAL)
    assert watch.state == "paused"
    for impossible, reason in ((pause, why.PausedAlready), (look_now, why.IsPaused)):
        with pytest.raises(NotPossible, check=with_reason(reason)):
            impossible(watch, by=TERMINAL)
    SourceCursor.objects.update(next_at=clock.now().replace(year=2999))
    resume(watch, by=TERMINAL)
    assert watch.state == "active"
    assert SourceCursor.objects.get().next_at <= clock.now()
    with pytest.raises(NotPossible, check=with_reason(why.NotPaused)):
        resume(watch, by=TERMINAL)


def test_looking_now_gives_a_broken_watch_another_chance(ann: User, page: Channel, pictures: Path) -> None:
    watch = order(ann, pictures, page)
    Watch.objects.update(state="broken", **Watch.problem.columns(Said(words="The folder is gone.")))
    SourceCursor.objects.update(next_at=clock.now().replace(year=2999), failures=9)
    look_now(watch, by=TERMINAL)
    stream = SourceCursor.objects.get()
    assert (watch.state, watch.problem, stream.failures) == ("active", None, 0)
    assert stream.next_at <= clock.now()


def test_removing_keeps_history_and_stops_what_has_no_words_yet(ann: User, page: Channel, pictures: Path) -> None:
    watch = order(ann, pictures, page)
    found = file(ann, watched_by=watch, state="found")
    skipped = file(ann, watched_by=watch, state="skipped", reason=Said(words="Not a picture."))
    remove(watch, by=TERMINAL)
    found.refresh_from_db()
    skipped.refresh_from_db()
    assert (found.state, found.watch_name, found.fence) == ("gone", "Holidays", 1)
    assert (skipped.state, skipped.reason) == ("skipped", Said(words="Not a picture."))
    assert not SourceCursor.objects.exists()
    assert FoundFile.objects.count() == 2


def test_a_stream_that_others_still_use_stays(ann: User, page: Channel, pictures: Path) -> None:
    first = order(ann, pictures, page)
    second = order(ann, pictures, channel(ann), name="Again")
    remove(first, by=TERMINAL)
    assert SourceCursor.objects.get().pk == second.stream_id
