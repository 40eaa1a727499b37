"""What was published is seen: from where it lies, by who may, and kept nowhere but in their browser."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Channel, Credential
from media import showing
from media.models import Asset
from media.reasons import GoneFromChannel, GoneFromSource, LoginShut, NothingToShow, NotNow, OneAtATime
from outbox.models import LedgerEntry
from poster.models import Rest
from publishing import retention
from publishing.models import Delivery
from tests import factories
from tests.held import files, hold
from tests.house import House
from tests.security.conftest import signed_in
from watches.models import FoundFile

pytestmark = pytest.mark.slow


@pytest.fixture
def uploaded(house: House) -> Asset:
    """Published on a Page, from a picture that nobody brings again; none of its bytes are here any more."""
    house.connect()
    [sent] = house.approved("Bread.", house.channels["facebook"])
    house.settle(sent)
    return emptied(sent)


def emptied(sent: Delivery) -> Asset:
    assert sent.state == "published"
    retention.pictures()
    asset = sent.post.assets.get()
    assert files(asset.pk) == []
    return asset


@pytest.fixture
def watched(house: House, settings: Any) -> Asset:
    """Found in a folder of this machine, and published."""
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": "sk-practice"}
    house.connect()
    house.watch(channels=[house.channels["facebook"]], captioner="openai")
    house.drop()
    for _ in range(4):
        house.round()
        house.later(10)
    return emptied(house.settle(Delivery.objects.get()))


def look(asset: Asset, who: Any = None, **headers: Any) -> Any:
    return signed_in(who or asset.owner).get(reverse("seen", args=[asset.pk]), **headers)


def code(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.json()["code"])


def is_the_picture(answer: Any) -> bool:
    with Image.open(io.BytesIO(answer.content)) as seen:
        return bool(seen.format == "JPEG" and 16 < max(seen.size) <= 480)


def facebook_is_asked(house: House) -> int:
    return len(house.box.calls())


def test_a_published_picture_is_seen_from_its_channel_and_kept_in_one_browser(house, uploaded) -> None:
    answer = look(uploaded)
    assert is_the_picture(answer)
    assert answer["Cache-Control"] == "private, max-age=3600"
    assert "Cookie" in answer["Vary"]
    assert "no-store" not in answer["Cache-Control"]
    assert "ETag" not in answer  # it is not the file: where that is seen again, nothing says that it is the same


def test_nothing_of_it_lies_here_afterwards_and_nothing_is_told_of_where_it_lies(house, uploaded, settings) -> None:
    before = sorted(path for path in settings.SPOOL.parent.rglob("*") if "sqlite" not in path.name)
    rows = everything()
    answer = look(uploaded)
    assert sorted(path for path in settings.SPOOL.parent.rglob("*") if "sqlite" not in path.name) == before
    assert everything() == rows
    told = f"{answer.headers} {answer.content!r}"
    assert not any(secret in told for secret in ("fbcdn", "EAA", house.box.root, str(Delivery.objects.get().remote_id)))


def everything() -> dict[str, int]:
    """How many rows there are of each table, but for sessions."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names() if "session" not in name]
        return {name: cursor.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608


def test_only_its_owner_and_the_operator_have_anything_asked(house, uploaded) -> None:
    asked = facebook_is_asked(house)
    for who in (factories.person("Bob"), None):
        browser = signed_in(who) if who else Client()
        assert browser.get(reverse("seen", args=[uploaded.pk])).status_code in {302, 404}
    assert facebook_is_asked(house) == asked
    assert is_the_picture(look(uploaded, factories.person("Olga", operator=True)))


def test_what_is_here_is_not_asked_for(house, uploaded) -> None:
    hold(uploaded, purpose="thumbnail")
    asked = facebook_is_asked(house)
    assert (look(uploaded).status_code, facebook_is_asked(house)) == (204, asked)


def test_a_found_picture_is_seen_from_its_folder_without_a_call(house, watched) -> None:
    asked = facebook_is_asked(house)
    assert is_the_picture(look(watched))
    assert facebook_is_asked(house) == asked


def test_what_left_its_folder_is_seen_from_its_channel(house, watched) -> None:
    for path in house.folder.iterdir():
        path.unlink()
    assert is_the_picture(look(watched))


def test_gone_from_both_it_says_so(house, watched) -> None:
    for path in house.folder.iterdir():
        path.unlink()
    Delivery.objects.update(remote_id="1_2")
    assert code(look(watched)) == GoneFromSource.code
    FoundFile.objects.update(watch=None)
    answer = look(watched)
    assert code(answer) == GoneFromChannel.code
    assert answer["Cache-Control"] == "private, max-age=3600"


def test_without_any_place_it_says_so(house, uploaded) -> None:
    Delivery.objects.update(channel=None)
    assert code(look(uploaded)) == NothingToShow.code


TROUBLE: list[tuple[str, dict[str, Any], Any]] = [
    ("expired", {}, LoginShut),
    ("rate", {}, NotNow),
    ("drop", {}, NotNow),
    ("status", {"status": 503, "body": "html"}, NotNow),
]


@pytest.mark.parametrize(("kind", "how", "means"), TROUBLE)
def test_what_goes_wrong_says_nothing_against_the_account(house, uploaded, kind, how, means) -> None:
    lines = LedgerEntry.objects.count()
    house.box.fault(kind, host="graph.facebook.com", **how)
    assert code(look(uploaded)) == means.code
    assert not Rest.objects.filter(kind=Rest.Kind.HELD).exists()
    assert not Channel.objects.exclude(state="active").exists()
    assert LedgerEntry.objects.count() == lines


@pytest.mark.parametrize(
    ("kind", "how"),
    [("flood", {"code": 9_000_000}), ("malformed", {}), ("truncated", {}), ("redirect", {})],
)
def test_an_answer_that_is_no_picture_is_none(house, uploaded, kind, how) -> None:
    house.box.fault(kind, host="scontent.xx.fbcdn.net", **how)
    assert code(look(uploaded)) == NotNow.code


def test_an_announced_rest_is_kept(house, uploaded) -> None:
    house.box.fault("rate", host="graph.facebook.com", retry_after="600")
    assert code(look(uploaded)) == NotNow.code
    house.box.no_faults()
    asked = facebook_is_asked(house)
    assert (code(look(uploaded)), facebook_is_asked(house)) == (NotNow.code, asked)


def test_a_blocked_login_is_not_asked(house, uploaded) -> None:
    Channel.objects.update(state=Channel.State.BLOCKED)
    asked = facebook_is_asked(house)
    assert (code(look(uploaded)), facebook_is_asked(house)) == (LoginShut.code, asked)


def test_a_channel_that_is_switched_off_is_not_asked(house, uploaded) -> None:
    Channel.objects.update(state=Channel.State.OFF)
    asked = facebook_is_asked(house)
    assert (code(look(uploaded)), facebook_is_asked(house)) == (NothingToShow.code, asked)


def test_a_login_of_the_other_world_is_not_asked(house, uploaded) -> None:
    Credential.objects.update(practice=True)
    asked = facebook_is_asked(house)
    assert (code(look(uploaded)), facebook_is_asked(house)) == (NotNow.code, asked)


def test_of_many_at_once_the_others_come_again(house, uploaded) -> None:
    held = [showing._places.acquire(blocking=False) for _ in range(showing.AT_ONCE)]
    try:
        answer = look(uploaded)
        assert (code(answer), answer.json()["again"]) == (OneAtATime.code, 1)
        assert "no-store" in answer["Cache-Control"]
    finally:
        for _ in filter(None, held):
            showing._places.release()


def test_whoever_waits_waits_eight_seconds_at_most(house, uploaded, measured: Callable[[], float]) -> None:
    house.box.fault("trickle", host="graph.facebook.com", seconds=0.3)
    assert code(look(uploaded)) == NotNow.code
    assert measured() < showing.SECONDS + 2


@pytest.fixture
def measured() -> Callable[[], float]:
    import time

    began = time.monotonic()
    return lambda: time.monotonic() - began
