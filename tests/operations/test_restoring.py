"""An older copy is put back: nothing goes out twice, what cannot be known waits for a person, the rest goes on.

Each story is lived in one install, and goes on in a copy of its database from before, beside the same outside world.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from operations.backups import restored_copy
from operations.backups.backup import back_up
from outbox import manual_actions, preflight
from outbox.access import account_of
from outbox.kinds import adapter_of
from outbox.reasons.acts import LookYourself
from poster import clock
from poster.ledger import security_log
from poster.ledger.verification import Code, verify
from poster.models import Install, Link, Restore
from poster.permissions import TERMINAL, Caller, NotPossible
from publishing.delivery.publish_request import request_of
from publishing.models import Delivery, Post, Reconciled
from publishing.platforms import Staged
from publishing.posts.approving import approve
from publishing.reasons import gate as why
from publishing.reasons.waiting import DraftIsOut, DraftMayBeOut
from tests import factories
from tests.commands.asking import ask
from tests.elsewhere import connected_to
from tests.facts import Told, with_reason
from tests.house import House
from watches.manual_actions import post_it
from watches.models import FoundFile, Watch
from watches.reasons.files import MaybePosted

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="copies a file; see tests/postgres for the other")
ENDS = {"published", "failed", "cancelled", "missed", "needs_you"}
Back = Callable[[], None]


@pytest.fixture
def put_back(house: House, tmp_path: Path) -> Iterator[tuple[Callable[[], None], Back]]:
    """(Back the install up now, go on with that copy)."""
    with ExitStack() as stack:

        def save() -> None:
            back_up(tmp_path / "backup")

        def back() -> None:
            target = tmp_path / "restored" / "poster.sqlite3"
            target.parent.mkdir()
            shutil.copy(tmp_path / "backup" / "database.sqlite3", target)
            stack.enter_context(connected_to(f"sqlite:///{target}"))
            assert restored_copy.notice() is not None

        yield save, back


def out(house: House) -> Counter[tuple[str, str]]:
    """What followers see: how often each text, on each platform."""
    return Counter((post["platform"], post["text"]) for post in house.box.feed())


def until_asked(house: House) -> None:
    """Rounds, until every channel was asked what it shows."""
    for _ in range(40):
        house.round()
        told = restored_copy.told()
        if told is None or told.ready:
            return
        house.later(60)
    raise AssertionError("it is never done")


def until_still(house: House) -> dict[str, int]:
    """Rounds, until nothing moves any more; how many deliveries are in each state."""
    for _ in range(60):
        house.round()
        states = Counter(Delivery.objects.values_list("state", flat=True))
        if set(states) <= ENDS:
            return dict(states)
        house.later(61)
    return dict(states)


def posted(house: House) -> None:
    """Its folder is looked into, and the owner approves what was found."""
    for _ in range(3):
        house.look()
        house.round()
        for draft in Post.objects.filter(state=Post.State.DRAFT):
            approve(draft, by=Caller.of(house.owner))
        until_still(house)


def yes(house: House) -> None:
    restored_copy.go_on(by=Caller.of(house.owner))


def test_what_was_queued_and_went_out_since_does_not_go_out_again(house: House, put_back) -> None:
    save, back = put_back
    house.connect()
    for number in range(2):
        house.approved(f"Fresh bread number {number}.")
    save()
    until_still(house)
    before = out(house)
    assert set(before.values()) == {1}
    assert len(before) == 6
    back()
    assert Delivery.objects.exclude(state="queued").count() == 0
    with pytest.raises(NotPossible):
        yes(house)  # nobody can say so before it was asked for
    until_asked(house)
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {"published": 6}
    assert not Delivery.objects.filter(remote_id="").exists()
    yes(house)
    until_still(house)
    assert out(house) == before
    assert verify() == []


def test_what_is_certainly_not_out_goes_on_after_the_yes(house: House, put_back) -> None:
    save, back = put_back
    house.connect()
    house.approved("It was never sent.")
    save()
    back()
    house.round()
    assert not Reconciled.objects.exists()  # their lists may not have followed yet
    until_asked(house)
    assert sum(out(house).values()) == 0
    assert all(row.clear for row in Reconciled.objects.all())
    assert Delivery.objects.filter(restored_at=None, state="queued").count() == 3
    house.later(120)
    house.round()
    assert sum(out(house).values()) == 0  # not before the yes
    yes(house)
    assert until_still(house) == {"published": 3}
    assert set(out(house).values()) == {1}
    assert verify() == []


def by_hand(delivery: Delivery, text: str) -> None:
    """The owner posts something on a phone: the same login, other words, and we are not told."""
    account, request = account_of(delivery), replace(request_of(delivery, with_parts=True), text=text)
    platform, laid = adapter_of(delivery), Staged()
    while not laid.ready:
        laid = platform.prepare(account, request, laid)
    platform.publish(account, request, laid)


def test_a_post_that_nobody_can_explain_makes_what_it_could_be_wait_for_a_person(house: House, put_back) -> None:
    save, back = put_back
    page = house.connect()["facebook"]
    (waits,) = house.approved("It waits.", page)
    (other,) = house.approved("On Threads.", house.channels["threads"])
    draft = house.post("A draft.", page)
    save()
    by_hand(waits, "Written on a phone.")
    back()
    until_asked(house)
    waits.refresh_from_db()
    assert waits.state == "needs_you"
    assert waits.reason == why.StrangersThere(channel=page.name, posts=1)
    draft.refresh_from_db()
    assert draft.hold == DraftMayBeOut(channel=page.name)
    yes(house)
    until_still(house)
    other.refresh_from_db()
    assert (other.state, sum(out(house).values())) == ("published", 2)
    assert verify() == []
    manual_actions.say_it_is_not(waits, by=Caller.of(house.owner))
    assert until_still(house) == {"published": 2}
    assert set(out(house).values()) == {1}
    assert verify() == []


def test_a_person_may_say_that_it_is_there_although_nothing_of_it_was_sent(house: House, put_back) -> None:
    save, back = put_back
    (waits,) = house.approved("It waits.", house.connect()["facebook"])
    save()
    by_hand(waits, "Written on a phone.")
    back()
    until_asked(house)
    waits.refresh_from_db()
    manual_actions.say_it_is_there(waits, by=Caller.of(house.owner))
    assert (waits.state, waits.restored_at) == ("published", None)


def test_of_twins_of_which_one_went_out_both_wait_for_a_person(house: House, put_back) -> None:
    save, back = put_back
    page = house.connect()["facebook"]
    one, two = (house.approved("Good morning.", page)[0] for _ in range(2))
    save()
    manual_actions.forget(two, by=Caller.of(house.owner))
    house.settle(one)
    back()
    until_asked(house)
    yes(house)
    assert until_still(house) == {"needs_you": 2}
    assert sum(out(house).values()) == 1


def test_pictures_that_were_posted_since_are_found_again_and_not_posted_again(house: House, put_back) -> None:
    """One was on its way when the copy was made, one was found afterwards; a third one was not posted."""
    save, back = put_back
    house.connect()
    watch = house.watch(channels=[house.channels["facebook"]])
    house.drop("on its way.jpg", seed=1)
    house.look()
    save()
    house.drop("found since.jpg", seed=2)
    posted(house)
    before = out(house)
    assert sum(before.values()) == 2
    house.drop("not posted yet.jpg", seed=3)
    back()
    house.look(3)
    assert set(FoundFile.objects.values_list("state", flat=True)) == {"held"}
    until_asked(house)
    told = dict(FoundFile.objects.values_list("name", "state"))
    assert told == {"on its way.jpg": "duplicate", "found since.jpg": "duplicate", "not posted yet.jpg": "held"}
    yes(house)
    posted(house)
    assert sum(out(house).values()) == 3
    assert all(number == 1 for number in out(house).values())
    assert Watch.objects.get(pk=watch.pk).restored_at is None


def test_where_a_post_is_not_explained_found_pictures_wait_for_a_person(house: House, put_back) -> None:
    save, back = put_back
    page = house.connect()["facebook"]
    house.watch(channels=[page])
    (waits,) = house.approved("It waits.", page)
    save()
    by_hand(waits, "Written on a phone.")
    house.drop("new.jpg", seed=4)
    back()
    house.look(3)
    until_asked(house)
    yes(house)
    house.look(2)
    asset = FoundFile.objects.get(name="new.jpg")
    assert (asset.state, asset.reason) == ("held", MaybePosted())
    post_it(asset, by=Caller.of(house.owner))
    posted(house)
    assert Delivery.objects.filter(state="published").count() == 1


def test_a_draft_whose_words_are_out_says_so(house: House, put_back) -> None:
    save, back = put_back
    page = house.connect()["facebook"]
    draft = house.post("Approved after the backup.", page)
    save()
    approve(draft, by=Caller.of(house.owner))
    until_still(house)
    back()
    until_asked(house)
    draft = Post.objects.get(pk=draft.pk)
    assert draft.state == Post.State.DRAFT
    assert isinstance(draft.hold, DraftIsOut)


def test_a_draft_that_was_out_and_is_approved_in_haste_does_not_go_out_again(house: House, put_back) -> None:
    """Before its channel was asked, and afterwards."""
    save, back = put_back
    page = house.connect()["facebook"]
    hasty, late = (house.post(text, page) for text in ("Approved at once.", "Approved late."))
    save()
    approve(hasty, by=Caller.of(house.owner))
    until_still(house)
    back()
    approve(Post.objects.get(pk=hasty.pk), by=Caller.of(house.owner))
    until_asked(house)
    assert Delivery.objects.get().state == "published"
    (new,) = approve(Post.objects.get(pk=late.pk), by=Caller.of(house.owner))
    assert new.restored_at is not None
    yes(house)
    assert until_still(house) == {"published": 2}
    assert out(house) == {("facebook", "Approved at once."): 1, ("facebook", "Approved late."): 1}
    assert verify() == []


def test_what_was_laid_down_before_the_copy_is_not_asked_about(house: House, put_back) -> None:
    """It may have been laid down anew since, and posted so: its old container says nothing of that."""
    save, back = put_back
    page = house.connect()["facebook"]
    (waits,) = house.approved("It waits.", page)
    save()
    by_hand(waits, "Written on a phone.")
    back()
    until_asked(house)
    waits.refresh_from_db()
    with pytest.raises(NotPossible, check=with_reason(LookYourself)):
        manual_actions.ask_again(waits, by=Caller.of(house.owner))


def test_a_channel_that_cannot_be_asked_leaves_it_to_a_person(house: House, put_back) -> None:
    save, back = put_back
    page = house.connect()["facebook"]
    (waits,) = house.approved("It waits.", page)
    save()
    back()
    house.box.fault("error", path="*/published_posts", code=190, subcode=460)
    until_asked(house)
    waits.refresh_from_db()
    (row,) = Reconciled.objects.all()
    assert (waits.state, bool(row.problem), row.clear) == ("needs_you", True, False)
    (told,) = (each for each in ask("restore", "--json").json["asked"] if each["problem"])
    assert told["problem"] == str(row.problem)
    yes(house)
    until_still(house)
    assert sum(out(house).values()) == 0


# -- how a copy knows -------------------------------------------------------------------------------------------------
@contextmanager
def lying_in(folder: Path, source: Path | None = None) -> Iterator[None]:
    """On the database that lies there, or on a copy of another one."""
    folder.mkdir(exist_ok=True)
    if source:
        shutil.copy(source, folder / "poster.sqlite3")
    with connected_to(f"sqlite:///{folder}/poster.sqlite3"):
        yield


@pytest.fixture
def empty(empty_file: Path, django_db_blocker) -> Iterator[Path]:
    """An install that nobody has used."""
    with django_db_blocker.unblock():
        yield empty_file


def test_an_install_that_was_not_touched_is_no_copy(empty: Path, tmp_path: Path) -> None:
    with lying_in(tmp_path / "var", empty):
        security_log.record(security_log.Kind.OPERATION, Told(words="It began."))
        assert [restored_copy.notice() for _ in range(3)] == [None] * 3
        assert Install.objects.count() == 1


def test_files_that_were_copied_by_hand_are_a_copy_once(empty: Path, tmp_path: Path) -> None:
    with lying_in(tmp_path / "var", empty):
        security_log.record(security_log.Kind.OPERATION, Told(words="It began."))
        restored_copy.notice()
        last = Link.objects.get().made_at
    with lying_in(tmp_path / "copy", tmp_path / "var" / "poster.sqlite3"):
        restore = restored_copy.notice()
        assert restore is not None
        assert (restore.sign, restore.copied_at) == (Restore.Sign.MOVED, last)
        assert restored_copy.notice() is None
        assert preflight.put_back()
        restored_copy.go_on(by=TERMINAL)
        assert restored_copy.notice() is None
        assert not preflight.put_back()


def test_moving_the_whole_folder_on_one_disk_is_no_copy(empty: Path, tmp_path: Path) -> None:
    with lying_in(tmp_path / "var", empty):
        restored_copy.notice()
    (tmp_path / "var").rename(tmp_path / "moved")
    with lying_in(tmp_path / "moved"):
        assert restored_copy.notice() is None


def test_an_older_database_beside_a_newer_note_is_a_copy(empty: Path, tmp_path: Path) -> None:
    """Its bytes are put back into the very same file, so its place is the same."""
    with lying_in(tmp_path / "var", empty):
        restored_copy.notice()
        security_log.record(security_log.Kind.OPERATION, Told(words="One."))
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        older = (tmp_path / "var" / "poster.sqlite3").read_bytes()
        security_log.record(security_log.Kind.OPERATION, Told(words="Two."))
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        (tmp_path / "var" / "poster.sqlite3").write_bytes(older)
        restore = restored_copy.notice()
        assert restore is not None
        assert restore.sign == Restore.Sign.BEHIND
        assert [fault.code for fault in verify()] == [Code.NOTE]
        security_log.record(security_log.Kind.OPERATION, Told(words="Another two."))
        assert [fault.code for fault in verify()] == [Code.NOTE]  # it is not written over
        restored_copy.go_on(by=TERMINAL)
        assert verify() == []


def test_the_copy_in_a_backup_says_when_it_was_made(empty: Path, tmp_path: Path) -> None:
    with lying_in(tmp_path / "var", empty):
        restored_copy.notice()
        before = clock.now()
        made = back_up(tmp_path / "backup")
        assert not preflight.put_back()  # the original is none
        security_log.record(security_log.Kind.OPERATION, Told(words="Later."))
    with lying_in(tmp_path / "copy", made.folder / "database.sqlite3"):
        assert preflight.put_back()  # before anybody has noticed it
        restore = restored_copy.notice()
        assert restore is not None
        assert restore.sign == Restore.Sign.BACKUP
        assert before <= restore.copied_at <= clock.now()


def test_only_the_operator_says_yes(house: House, put_back) -> None:
    save, back = put_back
    save()
    back()
    with pytest.raises(NotPossible):
        restored_copy.go_on(by=Caller.of(factories.person("Bob")))
    yes(house)
    assert Restore.objects.get().settled_by == house.owner.pk
    with pytest.raises(NotPossible):
        yes(house)
