"""A prompt is tried on pictures of a folder before there is a source: words come, and nothing is posted or kept."""

from __future__ import annotations

import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

import publishing.trying.tasks as trying
from accounts.models import User
from media.models import Asset
from poster.permissions import Caller, NotPossible
from publishing.models import Post, Trial
from publishing.posts.freezing import freeze
from publishing.posts.places import Place
from publishing.trying.writing import _brief
from tests import factories
from tests.clocks import Clock
from tests.sandbox.google_world import picture
from tests.sandbox_fixture import Box
from watches import picking, trying_out
from watches.fetching import MOST_BYTES
from watches.models import FoundFile, Watch
from watches.picking import Where
from watches.trying_out import Wanted
from writing.models import AiCall

pytestmark = pytest.mark.django_db
GOOD = "sk-practice-0123456789abcdef"
FORM = {"source": "folder", "captioner": "openai", "approval": "ask", "backlog": "skip", "fit": "pad"}


@pytest.fixture
def olga(settings: Any, sandbox: Box, tmp_path: Path) -> User:
    settings.REMOTE_ROOT, settings.VAR = sandbox.root, tmp_path / "var"
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": GOOD}
    settings.VAR.mkdir()
    return factories.person("Olga", operator=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "pictures"
    folder.mkdir()
    for number, colour in enumerate(("teal", "orange", "navy", "pink")):
        (folder / f"{colour}-{number}.jpg").write_bytes(picture(640, 480, colour))
    return folder


def wanted(person: User, folder: Path, *channels: Any, **more: Any) -> Wanted:
    where = Where(person, "folder")
    some = picking.open_folder(where, str(folder), by=Caller.of(person)).some
    return Wanted(where, some, channels, **{"captioner": "openai", "prompt": "Write warmly.", **more})


def begun(person: User, folder: Path, *channels: Any, **more: Any) -> uuid.UUID:
    return trying_out.begin(wanted(person, folder, *channels, **more), by=Caller.of(person))


def refused(person: User, folder: Path, **more: Any) -> str:
    with pytest.raises(NotPossible) as told:
        begun(person, folder, **more)
    return told.value.reason.code


def test_three_pictures_get_words_for_each_channel_and_nothing_is_kept_of_them(olga: User, folder: Path) -> None:
    page, other = factories.channel(olga), factories.channel(olga, "threads")
    batch = begun(olga, folder, page, other)
    assert [each.over for each in trying_out.seen(olga.pk, batch)] == [False] * 3
    trying.round()
    tried = trying_out.seen(olga.pk, batch)
    assert [(each.over, bool(each.text), each.reason) for each in tried] == [(True, True, "")] * 3
    assert {fit.platform for fit in tried[0].fits} == {"facebook", "threads"}
    assert not any(fit.over for each in tried for fit in each.fits)
    assert tried[0].cost is not None
    assert not Asset.objects.exists()
    assert not Post.objects.exists()
    assert not FoundFile.objects.exists()
    assert list((folder.parent / "var" / "scratch").iterdir()) == []


def test_each_is_noted_as_spent(olga: User, folder: Path) -> None:
    begun(olga, folder)
    trying.round()
    calls = AiCall.objects.filter(owner=olga, purpose=AiCall.Purpose.TRIAL)
    assert [(call.outcome, call.paid_by_operator) for call in calls] == [("words", True)] * 3


def test_nothing_is_tried_beyond_the_budget(olga: User, folder: Path, settings: Any) -> None:
    settings.PRACTICE, settings.AI_BUDGET = False, Decimal("0.01")
    spent = AiCall(owner=olga, subject=uuid.uuid4(), captioner="openai", cost=Decimal(1), paid_by_operator=True)
    spent.save()
    assert refused(olga, folder) == "publishing.try_unpaid"
    spent.delete()
    batch = begun(olga, folder)
    spent.save(force_insert=True)
    trying.round()
    assert set(Trial.objects.filter(batch=batch).values_list("reason_code", flat=True)) == {"publishing.try_unpaid"}
    assert not AiCall.objects.filter(purpose=AiCall.Purpose.TRIAL).exists()


def test_who_is_paid_nothing_is_told_so_and_no_month_is_named(olga: User, folder: Path, settings: Any) -> None:
    settings.PRACTICE, settings.AI_BUDGET = False, Decimal(0)
    assert refused(olga, folder) == "publishing.try_not_paid_for"


def test_words_are_shown_as_a_post_with_them_would_go_out(olga: User, folder: Path) -> None:
    page = factories.channel(olga)
    factories.trial(olga, page, state="written", text="Bread. #loaf", hashtags=["loaf"], made_with_ai=True)
    (tried,) = trying_out.seen(olga.pk, Trial.objects.get().batch)
    post = Post.objects.create(owner=olga, text=tried.text, made_with_ai=True)
    post.channels.set([page])
    assert [fit.text for fit in tried.fits] == [freeze(post, Place(page))["text"]]
    assert settings.AI_LINE in tried.fits[0].text


def test_who_writes_is_told_what_is_labelled(olga: User, folder: Path) -> None:
    begun(olga, folder, made_with_ai=True)
    assert all(_brief(row).made_with_ai for row in Trial.objects.all())
    Trial.objects.update(made_with_ai=False)
    assert not any(_brief(row).made_with_ai for row in Trial.objects.all())


def test_what_is_too_large_or_has_no_room_is_not_fetched(olga: User, folder: Path, settings: Any) -> None:
    batch = begun(olga, folder)
    first = Trial.objects.order_by("position").first()
    assert first
    assert first.size == (folder / first.name).stat().st_size
    Trial.objects.filter(pk=first.pk).update(size=MOST_BYTES + 1)
    settings.LEAST_FREE_MB = 10**9
    trying.round()
    told = list(Trial.objects.filter(batch=batch).order_by("position").values_list("reason_code", flat=True))
    assert told == ["watches.too_many_megabytes", *["poster.disk_full"] * 2]
    assert not AiCall.objects.exists()


def test_one_try_at_a_time(olga: User, folder: Path) -> None:
    begun(olga, folder)
    assert refused(olga, folder) == "publishing.try_under_way"
    trying.round()
    begun(olga, folder)


def test_what_no_source_could_ask_for_is_not_tried(olga: User, folder: Path, settings: Any) -> None:
    assert refused(olga, folder, prompt="Write about {nonsense}.") == "writing.unknown_blank"
    assert refused(olga, folder, captioner="nobody") == "watches.no_such_captioner"
    assert refused(olga, folder, captioner="gemini") == "writing.no_key"
    assert not Trial.objects.exists()


def test_members_try_no_pictures_of_this_machine(olga: User, folder: Path) -> None:
    bob, theirs = factories.person("Bob"), wanted(olga, folder)
    mine = Wanted(Where(bob, "folder"), theirs.files, (), "describer")
    for who, what in ((bob, mine), (bob, theirs)):
        with pytest.raises(NotPossible):
            trying_out.begin(what, by=Caller.of(who))
    batch = begun(olga, folder)
    assert not trying_out.seen(bob.pk, batch)


def test_a_refused_key_is_told_for_each_and_holds_nothing_up(olga: User, folder: Path, settings: Any) -> None:
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": "wrong-0123456789abcdef"}
    batch = begun(olga, folder)
    trying.round()
    assert set(Trial.objects.filter(batch=batch).values_list("state", "reason_code")) == {
        (Trial.State.WORDLESS, "writing.key_refused")
    }


def test_a_picture_that_was_changed_or_is_none_says_so(olga: User, folder: Path) -> None:
    batch = begun(olga, folder)
    names = [each.found.name for each in trying_out.seen(olga.pk, batch)]
    (folder / names[0]).unlink()
    (folder / names[1]).write_bytes(b"something else")
    trying.round()
    tried = trying_out.seen(olga.pk, batch)
    assert [(bool(each.text), bool(each.reason)) for each in tried] == [(False, True), (False, True), (True, False)]


def test_what_was_interrupted_is_not_paid_twice(olga: User, folder: Path, the_clock: Clock) -> None:
    begun(olga, folder)
    taken = Trial.objects.order_by("position").first()
    assert taken
    assert Trial.objects.take(taken)
    the_clock.pass_by(hours=1)
    trying.round()
    states = dict(Trial.objects.values_list("position", "reason_code"))
    assert states == {1: "publishing.try_interrupted", 2: "", 3: ""}
    assert AiCall.objects.count() == 2


def test_they_are_forgotten_after_a_day(olga: User, folder: Path, the_clock: Clock) -> None:
    begun(olga, folder)
    trying.round()
    assert trying.forget() == 0
    the_clock.pass_by(hours=25)
    assert trying.forget() == 3
    assert not Trial.objects.exists()


def test_the_page_begins_a_try_and_shows_how_far_it_is(olga: User, folder: Path) -> None:
    page, client = factories.channel(olga), Client()
    client.force_login(olga)
    where, sent = reverse("admin:watches_watch_add"), {**FORM, "place": str(folder), "channels": [str(page.pk)]}
    begun = client.post(where, {**sent, "prompt": "Warmly.", "try": "yes"}).context["page"]
    assert (begun.wrong, begun.under_way, begun.done) == ("", True, 0)
    assert set(Trial.objects.values_list("prompt", "batch")) == {("Warmly.", uuid.UUID(begun.batch))}
    trying.round()
    done = client.post(where, {**sent, "trial": begun.batch, "progress": "yes"}).context["page"]
    assert (done.under_way, done.done, bool(done.cost)) == (False, 3, True)
    assert not Watch.objects.exists()
    saved = client.post(where, {**sent, "name": "Warm", "prompt": "Warmly.", "interval": "60", "latest_hours": "24"})
    assert saved.status_code == 302, saved.context["adminform"].form.errors
    assert Watch.objects.get().prompt_template.text == "Warmly."


def test_without_a_picture_nothing_is_tried(olga: User, folder: Path) -> None:
    (folder / "empty").mkdir()
    client = Client()
    client.force_login(olga)
    told = client.post(reverse("admin:watches_watch_add"), {**FORM, "place": str(folder / "empty"), "try": "yes"})
    assert told.context["page"].wrong
    assert not Trial.objects.exists()
