"""A picture that somebody looks at afterwards: what every source and every platform keeps to, over real HTTP."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from media.reasons import AnotherAtSource, GoneFromSource, NoPreview
from poster.errors import OutsideError, RateLimited, Refused, Unauthorized, Unavailable
from poster.http.client import Client, within
from publishing.delivery.channel_pictures import _judge
from publishing.platforms import Picturing
from tests.contracts.source_owners import AtThisMachine, Owner
from tests.meta_places import Place
from tests.sandbox.google_world import picture
from watches.sources import Found, Previewing

WIDE = picture(1200, 800)
SECONDS = 5.0


def found(owner: Owner, looker: Any, content: bytes = WIDE) -> tuple[str, Found]:
    path = owner.put("cat.jpg", content)
    [file] = looker.look()
    return path, file


def preview(owner: Owner, file: Found) -> bytes:
    source, into = owner.source(), io.BytesIO()
    assert isinstance(source, Previewing)
    source.preview(file, into, SECONDS)
    return into.getvalue()


def refused(owner: Owner, file: Found) -> str:
    with pytest.raises(OutsideError) as caught:
        preview(owner, file)
    return caught.value.reason.code


# --- sources


def test_a_file_is_shown_from_where_it_lies_whatever_it_is_called(owner, looker):
    path, file = found(owner, looker)
    owner.rename(path, "kitten.jpg")
    with Image.open(io.BytesIO(preview(owner, file))) as seen:
        assert (seen.width * 2, max(seen.size) <= 1200) == (seen.height * 3, True)


def test_a_file_that_was_taken_away_is_gone(owner, looker):
    path, file = found(owner, looker)
    owner.remove(path)
    assert refused(owner, file) == GoneFromSource.code


def test_other_bytes_under_its_name_are_not_shown(owner, looker):
    path, file = found(owner, looker)
    owner.replace(path, picture(900, 900, "red"))
    assert refused(owner, file) == AnotherAtSource.code


def test_a_place_that_is_away_is_not_taken_for_one_without_the_file(owner, looker):
    _, file = found(owner, looker)
    owner.take_top_away()
    if isinstance(owner, AtThisMachine):
        with pytest.raises(Unavailable):
            preview(owner, file)


ONLY_DRIVE = pytest.mark.parametrize("owner", ["drive"], indirect=True)


@ONLY_DRIVE
def test_drive_shows_it_small_and_is_asked_twice(owner, looker, sandbox):
    _, file = found(owner, looker)
    before = len(sandbox.calls())
    with Image.open(io.BytesIO(preview(owner, file))) as seen:
        assert max(seen.size) == 480
    calls = sandbox.calls()[before:]
    assert [call["host"] for call in calls] == ["www.googleapis.com", "lh3.googleusercontent.com"]
    assert {call["token_in"] for call in calls} == {"header"}


@ONLY_DRIVE
def test_what_drive_has_no_small_picture_of_has_none(owner, looker):
    _, file = found(owner, looker, b"no picture")
    assert refused(owner, file) == NoPreview.code


@ONLY_DRIVE
@pytest.mark.parametrize(
    ("kind", "how", "means"),
    [
        ("expired", {}, Unauthorized),
        ("rate", {"retry_after": "90"}, RateLimited),
        ("drop", {}, Unavailable),
        ("flood", {"code": 3_000_000}, Unavailable),
        ("malformed", {}, Unavailable),
    ],
)
def test_what_drive_says_instead_means_what_it_means_elsewhere(owner, looker, sandbox, kind, how, means):
    _, file = found(owner, looker)
    sandbox.fault(kind, host="www.googleapis.com", **how)
    with pytest.raises(means):
        preview(owner, file)


@ONLY_DRIVE
@pytest.mark.parametrize(("kind", "how"), [("status", {"status": 403}), ("drop", {}), ("flood", {"code": 9_000_000})])
def test_a_small_picture_that_does_not_come_says_nothing_of_the_login(owner, looker, sandbox, kind, how):
    _, file = found(owner, looker)
    sandbox.fault(kind, host="lh3.googleusercontent.com", **how)
    with pytest.raises(Unavailable):
        preview(owner, file)


@ONLY_DRIVE
@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example.org/x=s220",
        "http://lh3.googleusercontent.com/x",
        "https://a@lh3.googleusercontent.com/x",
        7,
    ],
)
def test_the_login_goes_to_no_other_host(owner, looker, sandbox, link):
    path, file = found(owner, looker)
    owner.google.act("distort", path, thumbnailLink=link)
    before = len(sandbox.calls())
    assert refused(owner, file) == NoPreview.code
    assert {call["host"] for call in sandbox.calls()[before:]} == {"www.googleapis.com"}


# --- platforms


def fetched(address: str) -> bytes:
    return Client("", _judge, "It", private=()).call("GET", address).body


def shown(place: Place) -> str:
    """The id of what is published."""
    staged = place.prepare()
    while not staged.ready:
        staged = place.step(staged)
    return str(place.publish(staged).remote_id)


def addresses(place: Place, remote_id: str) -> list[str]:
    assert isinstance(place.platform, Picturing)
    return list(place.platform.pictures(place.account, remote_id))


def test_a_platform_says_where_its_picture_is(place, served):
    [address] = addresses(place, shown(place))
    assert fetched(address) == served.path.read_bytes()


def test_each_picture_of_an_album_has_its_own_place(place, served):
    album = place.showing_parts(*(served.other(number) for number in range(3)))
    told = addresses(place, shown(album))
    assert [fetched(each) for each in told] == [part.read(0, part.size) for part in album.request.parts]


def test_words_alone_show_none(place):
    if place.key != "instagram":
        assert not any(addresses(place, shown(place.showing_parts())))


def test_an_address_ends(place):
    [address] = addresses(place, shown(place))
    place.box.advance(5 * 86_400)
    with pytest.raises(Unavailable):
        fetched(address)


def test_of_a_post_that_is_gone_nothing_is_told(place):
    with pytest.raises(Refused) as caught:
        addresses(place, "17000000000000001")
    assert not isinstance(caught.value, Unauthorized)


@pytest.mark.parametrize(
    ("kind", "how", "means"),
    [
        ("expired", {}, Unauthorized),
        ("rate", {}, RateLimited),
        ("drop", {}, Unavailable),
        ("malformed", {}, Unavailable),
        ("flood", {"code": 3_000_000}, Unavailable),
    ],
)
def test_what_a_platform_says_instead_means_what_it_means_elsewhere(place, kind, how, means):
    remote_id = shown(place)
    place.break_reading(kind, **how)
    with pytest.raises(means):
        addresses(place, remote_id)


def test_whoever_looks_does_not_wait_for_long(place):
    remote_id = shown(place)
    place.break_reading("trickle", seconds=0.2)
    with pytest.raises(Unavailable), within(0.5):
        addresses(place, remote_id)
