"""Fifty megabytes in ten steps, published by *accepted*: killed anywhere, once, and never two encodings in one file."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from accounts.connections.token_refresh import scopes_of_place
from media.models import Blob
from media.reasons import NobodyHasIt
from outbox import checking, takings
from outbox.crew import Crew
from outbox.models import LedgerEntry
from outbox.reasons.gate import AcceptedLongAgo, TriedInVain
from outbox.reasons.steps import TriedAgain
from outbox.staging import Keeper, begun, staged
from outbox.takings import Hand
from poster.http.deadlines import deadline_for
from poster.models import Switch
from poster.reasons import Because
from poster.work import cooldowns
from poster.work.leases import LEASE
from poster.work.time_budget import never
from publishing.delivery.renditions import parts
from publishing.models import Delivery
from publishing.platforms import PLATFORMS, Staged, Verdict
from publishing.reasons.gate import OtherBytes
from tests import pictures
from tests.faults import long_uploads as outside
from tests.faults.laboratory import Laboratory
from tests.faults.long_uploads import UNREAD
from tests.held import hold, lay_down, rendition
from tests.watches.staged import registered

State = Delivery.State
SIZE = 50_000_000
STEPS = 1 + 9  # the session, and all pieces but the one that publishes


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.fixture
def number(lab: Laboratory, film: Path) -> Iterator[int]:
    """A delivery whose rendition is that large."""
    outside.forget()
    made = lab.post("facebook")
    with film.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    row = lab.row(made)
    path = rendition(row)
    path.unlink()
    path.hardlink_to(film)
    Blob.objects.filter(key=path.name).update(sha256=sha256, size=SIZE)
    known = [{**row.renditions[0], "sha256": sha256}]
    Delivery.objects.filter(pk=row.pk).update(platform="long", renditions=known)
    with registered(PLATFORMS, "long", "tests.faults.long_uploads:Platform"):
        yield made
    outside.forget()


def upload(row: Delivery, folder: Path) -> Path:
    """The original of its picture is here, so that it can be made again; where it lies as it goes out."""
    (asset,) = row.post.assets.all()
    hold(asset, pictures.saved(folder / "original.jpg", pictures.four_corners(400, 400)).read_bytes())
    return rendition(row)


def in_doubt(lab: Laboratory, number: int) -> None:
    """They have all of it, and their answer was lost."""
    outside.LOST.append(True)
    while lab.row(number).state != State.CHECKING:
        lab.step(number)
        lab.time.sleep(5)


def ready_in_hand(lab: Laboratory, number: int) -> Callable[[], None]:
    """Laid down by a worker that is about to show it; that it is ready is written nowhere yet."""
    hand = Hand(1)
    with lab.wire.about(number):
        _, begun = takings._taken(lab.row(number), never, hand)
    assert begun is not None
    assert (lab.row(number).state, outside.CALLS.count("piece")) == (State.QUEUED, 9)

    def shows() -> None:
        with lab.wire.about(number):
            takings._finish(begun, Crew(1), hand)

    return shows


def is_out_once(lab: Laboratory, number: int, *, sessions: int = 1) -> Delivery:
    row = lab.settle(number)
    assert row.state == State.PUBLISHED
    assert outside.shown() == [row.renditions[0]["sha256"]]
    assert len(outside.SESSIONS) == sessions
    assert row.entries.filter(state=State.PUBLISHED).exists()
    return row


def test_it_goes_out_piece_by_piece_and_is_followed_until_it_is_there(lab: Laboratory, number: int) -> None:
    row = is_out_once(lab, number)
    assert ["open", *["piece"] * 9, "publish"] == outside.CALLS
    assert row.operation == f"operation of {row.refs}"
    states = list(row.entries.exclude(state="").order_by("number").values_list("state", flat=True))
    kept = [state for place, state in enumerate(states) if place == 0 or states[place - 1] != state]
    assert kept == [State.QUEUED, State.PREPARED, State.PUBLISHING, State.ACCEPTED, State.PUBLISHED]
    assert row.commits == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(1, STEPS + 2))
def test_killed_at_any_call_it_goes_on_from_the_confirmed_byte(
    lab: Laboratory, number: int, call: int, when: str
) -> None:
    outside.DIES[call] = when
    opened_in_vain = (call, when) == (1, "after")
    is_out_once(lab, number, sessions=1 + opened_in_vain)
    assert lab.died == 1
    # One that nobody heard of; and one in vain, as how far it is was not written down for each piece.
    assert outside.CALLS.count("piece") <= 11
    assert sum(each.got for each in outside.SESSIONS.values()) == SIZE


def test_a_session_is_sealed_and_stands_in_no_line(lab: Laboratory, number: int) -> None:
    outside.DIES[5] = "before"
    lab.step(number)
    row = lab.row(number)
    assert staged(row).keys == {"session": "session 0"}
    with_column = Delivery.objects.filter(pk=row.pk).values_list("keys", flat=True).get()
    assert b"session" not in with_column.blob
    told = LedgerEntry.objects.filter(outgoing=row.pk).values_list("fact_params", "asked", "said", "refs")
    assert "session 0" not in str(list(told))


@pytest.mark.parametrize("call", [3, STEPS])
def test_a_file_that_had_to_be_made_again_is_laid_down_anew_from_its_first_byte(
    lab: Laboratory, number: int, call: int, tmp_path: Path
) -> None:
    """Once one byte was sent, only exactly those bytes go on."""
    outside.DIES[call] = "after"
    lab.step(number)
    row = lab.row(number)
    damaged = upload(row, tmp_path)
    damaged.unlink()
    damaged.write_bytes(b"not what its row says")
    before = row.renditions
    row = is_out_once(lab, number, sessions=2)
    assert row.renditions[0]["sha256"] != before[0]["sha256"]
    assert not damaged.exists()
    assert row.entries.filter(fact_code=OtherBytes.code).count() == 1


@pytest.mark.parametrize("how", ["lost", "damaged"])
def test_what_is_lost_before_its_last_piece_is_never_published_with_another(
    lab: Laboratory, number: int, how: str, tmp_path: Path
) -> None:
    """The call that publishes carries bytes too: they belong to what was laid down, or all begins anew."""
    outside.MEANWHILE.append(lambda: Switch.objects.get_or_create(name=Switch.PAUSE))
    while lab.row(number).state != State.PREPARED:
        Switch.objects.all().delete()
        lab.step(number)
        lab.time.sleep(5)
    outside.MEANWHILE.clear()
    path = upload(lab.row(number), tmp_path)
    path.unlink()
    if how == "damaged":
        path.write_bytes(b"not what its row says")
    Switch.objects.all().delete()
    row = is_out_once(lab, number, sessions=2)
    assert (row.commits, row.entries.filter(fact_code=OtherBytes.code).count()) == (1, 1)


@pytest.mark.parametrize("how", ["lost", "damaged"])
def test_what_is_lost_between_laying_it_down_and_its_mark_is_not_marked(
    lab: Laboratory, number: int, how: str, tmp_path: Path
) -> None:
    path = upload(lab.row(number), tmp_path)

    def lose() -> None:
        if len(outside.CALLS) == STEPS:
            path.unlink()
            if how == "damaged":
                path.write_bytes(b"not what its row says")

    outside.MEANWHILE.append(lose)
    row = is_out_once(lab, number, sessions=2)
    assert (row.commits, row.entries.filter(fact_code=OtherBytes.code).count()) == (1, 1)


def test_what_nobody_has_any_more_before_its_last_piece_fails_unmarked(lab: Laboratory, number: int) -> None:
    shows = ready_in_hand(lab, number)
    rendition(lab.row(number)).unlink()
    shows()
    row = lab.row(number)
    assert (row.state, row.reason_code, row.commits) == (State.FAILED, NobodyHasIt.code, 0)
    assert "publish" not in outside.CALLS


def test_who_lost_the_row_before_its_last_piece_makes_nothing_anew(
    lab: Laboratory, number: int, tmp_path: Path
) -> None:
    shows = ready_in_hand(lab, number)
    damaged = upload(lab.row(number), tmp_path)
    damaged.unlink()
    damaged.write_bytes(b"not what its row says")
    lab.time.sleep(LEASE.total_seconds() + 1)
    other = lab.row(number)
    assert Delivery.objects.take(other)
    lines = other.entries.count()
    shows()
    assert (lab.row(number).state, lab.row(number).entries.count()) == (State.QUEUED, lines)
    assert damaged.exists()
    other.let_go()
    is_out_once(lab, number, sessions=2)


def test_how_long_the_call_may_take_follows_from_its_bytes_and_is_written_with_its_mark(
    lab: Laboratory, number: int
) -> None:
    in_doubt(lab, number)
    row = lab.row(number)
    (mark,) = row.entries.filter(kind=LedgerEntry.Kind.COMMIT)
    carried = dt.timedelta(seconds=deadline_for(SIZE // 10))
    assert row.deadline_at - row.committed_at == carried == mark.deadline - row.committed_at
    assert is_out_once(lab, number).commits == 1


def test_nobody_takes_it_up_before_the_deadline_of_its_call(lab: Laboratory, number: int) -> None:
    outside.DIES[STEPS + 1] = "before"
    while lab.row(number).state != State.PUBLISHING:
        lab.step(number)
    Delivery.objects.filter(pk=lab.rows[number]).update(deadline_at=lab.row(number).committed_at + 2 * LEASE)
    lab.time.sleep(LEASE.total_seconds() + 90)
    assert lab.due(number) is None
    lab.time.sleep(LEASE.total_seconds())
    assert lab.due(number) is not None
    is_out_once(lab, number)


def test_what_they_tried_in_vain_is_tried_again_and_never_while_they_are_at_it(lab: Laboratory, number: int) -> None:
    outside.FATES += ["failed", "shown"]
    row = is_out_once(lab, number, sessions=2)
    assert row.commits == 2
    assert row.entries.filter(verdict="failed").count() == 1


def test_what_they_tried_in_vain_although_their_answer_was_lost_is_tried_again(lab: Laboratory, number: int) -> None:
    outside.FATES += ["failed", "shown"]
    in_doubt(lab, number)
    row = is_out_once(lab, number, sessions=2)
    assert (row.commits, row.entries.filter(fact_code=TriedAgain.code).count()) == (2, 1)


def test_who_lost_the_row_while_asking_tries_nothing_again(lab: Laboratory, number: int) -> None:
    outside.FATES += ["failed"]
    in_doubt(lab, number)
    lab.time.sleep(3600)
    outside.SESSIONS["session 0"].asked = 2
    late = lab.row(number)
    assert Delivery.objects.take(late)
    Delivery.objects.filter(pk=late.pk).update(fence=late.fence + 1)
    with lab.wire.about(number):
        checking.look(late)
    row = lab.row(number)
    assert row.entries.latest("number").verdict == Verdict.FAILED
    assert (row.state, row.refs) == (State.CHECKING, "session-0")


def test_what_they_will_never_show_has_failed_with_their_word_for_it(lab: Laboratory, number: int) -> None:
    outside.FATES += ["failed for good"]
    row = lab.settle(number)
    assert (row.state, row.reason, outside.shown()) == (State.FAILED, TriedInVain(cause=Because(UNREAD)), [])


def test_what_fails_each_time_ends_after_three(lab: Laboratory, number: int) -> None:
    outside.FATES += ["failed"] * 4
    row = lab.settle(number)
    assert (row.state, row.commits, len(outside.SESSIONS)) == (State.FAILED, 3, 3)


def test_what_they_accepted_and_say_no_more_about_goes_to_a_person(lab: Laboratory, number: int) -> None:
    outside.FATES += ["silent"]
    row = lab.settle(number)
    assert (row.state, row.commits) == (State.NEEDS_YOU, 1)
    assert row.reason_code == AcceptedLongAgo.code


def test_an_accepted_one_that_kills_its_worker_goes_to_a_person(lab: Laboratory, number: int) -> None:
    while lab.row(number).state != State.ACCEPTED:
        lab.step(number)
    Delivery.objects.filter(pk=lab.rows[number]).update(deaths=100)
    row = lab.settle(number)
    assert row.state == State.NEEDS_YOU


def test_while_they_want_not_to_be_asked_an_accepted_one_waits(lab: Laboratory, number: int) -> None:
    while lab.row(number).state != State.ACCEPTED:
        lab.step(number)
    for key in scopes_of_place(lab.row(number).channel).keys():  # noqa: SIM118 - no dictionary
        cooldowns.announce(key, 1800)
    asked = sum(each.asked for each in outside.SESSIONS.values())
    lab.time.sleep(10)
    assert lab.step(number)
    assert sum(each.asked for each in outside.SESSIONS.values()) == asked
    is_out_once(lab, number)


def test_as_long_as_it_is_read_from_its_lease_goes_on_and_how_far_it_is_is_told(lab: Laboratory, number: int) -> None:
    """Each piece takes more than a minute, all of them more than a lease."""
    seen: list[tuple[bool, int]] = []

    def slow() -> None:
        lab.time.sleep(70)
        seen.append((lab.due(number) is not None, lab.row(number).done))

    outside.MEANWHILE.append(slow)
    row = is_out_once(lab, number)
    assert not any(free for free, _ in seen)
    assert len({done for _, done in seen}) > 5
    assert row.entries.filter(fact_code__startswith="outbox.they_have").count() == 2  # no line for each piece


def test_while_one_piece_is_read_for_minutes_its_lease_goes_on(lab: Laboratory, number: int) -> None:
    """Reading it and sending it take longer than a lease, and each of them less."""
    seen: list[bool] = []

    def slow() -> None:
        lab.time.sleep(0.7 * LEASE.total_seconds())
        seen.append(lab.due(number) is not None)

    outside.HALFWAY.append(slow)
    outside.MEANWHILE.append(slow)
    assert is_out_once(lab, number).deaths == 0
    assert set(seen) == {False}


def test_its_worker_says_once_a_minute_that_it_lives(lab: Laboratory, number: int) -> None:
    row = lab.row(number)
    assert Delivery.objects.take(row)
    (part,) = parts(row)
    until = []
    for passes in (70, 10, 40, 20):
        lab.time.sleep(passes)
        part.read(0, 1)
        until.append(lab.row(number).leased_until)
    assert until[0] == until[1] == until[2] < until[3]


def test_who_lost_the_row_while_a_piece_is_read_reads_no_more_of_it(lab: Laboratory, number: int) -> None:
    def overtaken() -> None:
        outside.HALFWAY.clear()
        lab.time.sleep(70)
        row = lab.row(number)
        Delivery.objects.filter(pk=row.pk).update(fence=row.fence + 1, leased_until=None)

    outside.HALFWAY.append(overtaken)
    assert lab.step(number)
    assert (outside.CALLS, lab.row(number).done) == (["open"], 0)
    is_out_once(lab, number)


def test_who_lost_the_row_while_uploading_stops_at_the_next_piece(lab: Laboratory, number: int) -> None:
    def overtaken() -> None:
        if len(outside.CALLS) == 4:
            lab.time.sleep(70)
            row = lab.row(number)
            Delivery.objects.filter(pk=row.pk).update(fence=row.fence + 1, leased_until=None)

    outside.MEANWHILE.append(overtaken)
    lab.step(number)
    assert len(outside.CALLS) == 4
    outside.MEANWHILE.clear()
    is_out_once(lab, number)


def test_who_lost_the_row_says_nothing_of_what_they_accepted(lab: Laboratory, number: int) -> None:
    def overtaken() -> None:
        if outside.CALLS[-1] == "publish":
            row = lab.row(number)
            Delivery.objects.filter(pk=row.pk).update(fence=row.fence + 1, leased_until=None)

    outside.MEANWHILE.append(overtaken)
    while lab.row(number).state != State.PUBLISHING:
        lab.step(number)
        lab.time.sleep(1)
    assert lab.row(number).operation == ""
    outside.MEANWHILE.clear()
    is_out_once(lab, number)


def test_what_was_undone_or_forgotten_meanwhile_is_never_shown_by_us(lab: Laboratory, number: int) -> None:
    outside.DIES[4] = "after"
    lab.step(number)
    Delivery.objects.filter(pk=lab.rows[number]).update(state=State.CANCELLED)
    lab.time.sleep(3600)
    assert lab.due(number) is None
    assert outside.shown() == []


def test_a_file_that_vanishes_between_two_pieces_is_got_again_and_laid_down_anew(
    lab: Laboratory, number: int, tmp_path: Path
) -> None:
    path = upload(lab.row(number), tmp_path)

    def vanish() -> None:
        if len(outside.CALLS) == 4:
            path.unlink()

    outside.MEANWHILE.append(vanish)
    assert is_out_once(lab, number, sessions=2).entries.filter(fact_code=OtherBytes.code).count() == 1


def test_who_lost_the_row_while_making_its_picture_keeps_nothing_of_it(
    lab: Laboratory, number: int, tmp_path: Path
) -> None:
    row = lab.row(number)
    upload(row, tmp_path).unlink()
    assert Delivery.objects.take(row)
    Delivery.objects.filter(pk=row.pk).update(fence=row.fence + 1)
    with lab.wire.about(number):
        lay_down(row)
    assert lab.row(number).renditions == row.renditions
    assert outside.CALLS == []


@pytest.mark.parametrize(("done", "total", "said"), [(3, 10, "3 of 10 parts"), (30_000_000, 50_000_000, "60 %")])
def test_how_far_it_is_is_told_in_parts_or_as_a_share(
    lab: Laboratory, number: int, done: int, total: int, said: str
) -> None:
    row = lab.row(number)
    assert Delivery.objects.take(row)
    keeper = Keeper(row)
    assert keeper.keep(Staged(keys={"session": "x"}, refs=("1",), done=done, total=total), [])
    assert said in row.entries.order_by("-number").first().sentence
    assert keeper.keep(keeper.so_far, [])  # nothing new, and just now: nothing is written
    assert not begun(lab.row(lab.post("facebook")))
