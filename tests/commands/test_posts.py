"""`posts`: what went out and what did not, as one row each."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import User
from outbox.reasons.gate import StoppedOurWorker
from poster import clock
from publishing.models import Delivery
from tests.commands.asking import ask
from tests.factories import asset, channel, delivery, file, person, post, watch
from tests.facts import Said

pytestmark = pytest.mark.django_db
KEYS = {
    "id", "file_id", "file_name", "watch", "channel", "channel_id", "platform", "status", "remote_id", "permalink",
    "caption", "alt_text", "found_at", "approved_at", "due_at", "published_at", "attempts", "error",
}  # fmt: skip


@pytest.fixture
def ann() -> User:
    return person("Ann", operator=True)


def published(owner: User, **columns: object) -> Delivery:
    page = channel(owner, name="Bakery")
    order = watch(owner, page, name="Holidays")
    picture = asset(owner, watched_by=order, external_id="drive-17", name="bread.jpg")
    return delivery(
        post(owner, page, picture=picture, text="Fresh bread."),
        page,
        "published",
        **{
            "remote_id": "1_2",
            "permalink": "https://example.org/1_2",
            "media": [{"asset": str(picture.pk), "alt_text": "A loaf."}],
            "commits": 1,
            **columns,
        },
    )


def test_a_row_tells_everything_about_one_delivery(ann: User) -> None:
    row = published(ann)
    (told,) = ask("posts", "--json").json
    assert set(told) == KEYS
    assert (told["file_id"], told["file_name"], told["watch"]) == ("drive-17", "bread.jpg", "Holidays")
    assert (told["channel"], told["platform"], told["status"]) == ("Bakery", "facebook", "published")
    assert (told["remote_id"], told["permalink"]) == ("1_2", "https://example.org/1_2")
    assert (told["caption"], told["alt_text"], told["attempts"], told["error"]) == ("Fresh bread.", "A loaf.", 1, "")
    assert dt.datetime.fromisoformat(told["published_at"]) == row.published_at


def test_a_failure_carries_its_sentence(ann: User) -> None:
    page = channel(ann)
    why = StoppedOurWorker()
    delivery(post(ann, page), page, "failed", **Delivery.reason.columns(why))
    assert ask("posts", "--status", "failed", "--json").json[0]["error"] == str(why)
    assert str(why) in ask("posts").out


def test_rows_are_narrowed_by_owner_watch_status_and_date(ann: User) -> None:
    row = published(ann)
    bob = person("Bob")
    page = channel(bob)
    delivery(post(bob, page), page, "queued")
    assert [one["id"] for one in ask("posts", "--owner", ann.email, "--json").json] == [str(row.pk)]
    assert [one["id"] for one in ask("posts", "--watch", "Holidays", "--json").json] == [str(row.pk)]
    assert [one["status"] for one in ask("posts", "--status", "queued", "--json").json] == ["queued"]
    assert len(ask("posts", "--json", "--limit", "1").json) == 1
    tomorrow = (clock.now() + dt.timedelta(days=1)).date().isoformat()
    assert ask("posts", "--since", tomorrow, "--json").json == []
    assert len(ask("posts", "--since", "2020-01-01T10:00", "--json").json) == 2


def test_history_stays_when_the_watch_and_the_channel_are_gone(ann: User) -> None:
    row = published(ann)
    row.post.watch.delete()
    row.channel.delete()
    (told,) = ask("posts", "--watch", "Holidays", "--json").json
    assert (told["watch"], told["channel"], told["channel_id"]) == ("Holidays", "Bakery", "")


def test_all_adds_what_has_no_delivery_with_the_reason(ann: User) -> None:
    published(ann)
    file(ann, name="notes.txt", state="skipped", reason=Said(words="notes.txt is not a picture."))
    file(ann, name="old.jpg", state="recorded", reason=Said(words="It was there before."))
    post(ann, picture=asset(ann, name="draft.jpg"), text="Words.", hold=Said(words="Look at it first."))
    told = {row["file_name"]: row for row in ask("posts", "--all", "--json").json}
    assert {name: row["status"] for name, row in told.items()} == {
        "bread.jpg": "published",
        "notes.txt": "skipped",
        "old.jpg": "recorded",
        "draft.jpg": "draft",
    }
    assert told["notes.txt"]["error"] == str(Said(words="notes.txt is not a picture."))
    assert told["draft.jpg"]["error"] == str(Said(words="Look at it first."))
    assert {frozenset(row) for row in told.values()} == {frozenset(KEYS)}


def test_without_anything_it_says_so(ann: User) -> None:
    assert ask("posts").out.strip() == "Nothing yet."
    assert ask("posts", "--json").json == []


def test_a_date_that_is_none_is_refused(ann: User) -> None:
    assert "2026-01-31" in ask("posts", "--since", "yesterday").sentence
