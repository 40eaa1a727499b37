"""Two files with the same picture, dropped together: one goes out, the other waits for a person, who may say yes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from outbox import manual_actions
from poster.permissions import Caller
from poster.reasons import Reason
from publishing.models import Delivery, Post
from publishing.posts.approving import approve
from publishing.reasons import gate as why
from publishing.reasons.waiting import LooksLikePosted, SameOnItsWay, SameWaits
from tests import pictures
from tests.house import House
from tests.media.encoders import even, photo
from tests.whole.conftest import PLATFORMS
from watches.models import FoundFile

pytestmark = pytest.mark.slow  # every picture costs child processes
State = Delivery.State
SIGHT = photo(7, 640, 640)


def other_metadata(folder: Path, picture: Image.Image) -> None:
    pictures.saved(folder / "one.jpg", picture, quality=95)
    pictures.saved(folder / "two.jpg", picture, quality=95, exif=pictures.exif_of())


def saved_again(folder: Path, picture: Image.Image) -> None:
    pictures.saved(folder / "one.jpg", picture, quality=95)
    pictures.saved(folder / "two.jpg", picture.resize((500, 500)), quality=70, progressive=True)


def other_format(folder: Path, picture: Image.Image) -> None:
    pictures.saved(folder / "one.png", picture)
    pictures.saved(folder / "two.webp", picture, lossless=True)


def lying_on_its_side(folder: Path, picture: Image.Image) -> None:
    pictures.saved(folder / "one.png", picture)
    exif = Image.Exif()
    exif[0x0112] = 6
    pictures.saved(folder / "two.jpg", picture.transpose(pictures.STORED[6]), quality=95, exif=exif)


def one_colour(folder: Path, picture: Image.Image) -> None:
    """Nothing in it could be told apart by looks; what is published is the same to the byte."""
    pictures.saved(folder / "one.png", even(2, 640, 640))
    pictures.saved(folder / "two.webp", even(2, 640, 640), lossless=True)


def run(house: House, times: int = 5) -> None:
    for _ in range(times):
        house.round()
        house.later(10)


def held(house: House) -> list[Reason | None]:
    """Why posts wait, and why deliveries do."""
    drafts = [each.hold for each in Post.objects.filter(state=Post.State.DRAFT)]
    return [*drafts, *(each.reason for each in Delivery.objects.filter(state=State.NEEDS_YOU))]


@pytest.mark.parametrize("drop", [other_metadata, saved_again, other_format, lying_on_its_side, one_colour])
def test_of_two_dropped_together_one_goes_out(practising: House, drop: Callable[[Path, Image.Image], None]) -> None:
    practising.watch()
    drop(practising.folder, SIGHT)
    run(practising)
    assert FoundFile.objects.filter(state=FoundFile.State.TAKEN).count() == 2
    assert sorted(post["platform"] for post in practising.box.feed()) == PLATFORMS
    reasons = held(practising)
    names = [str(channel) for channel in practising.channels.values()]
    told: set[Reason | None] = {kind(channel=name) for kind in (LooksLikePosted, SameOnItsWay) for name in names}
    told |= {why.SamePicture(channel=name) for name in names}
    assert reasons
    assert set(reasons) <= told
    for post in Post.objects.filter(state=Post.State.DRAFT):
        approve(post, by=Caller.of(practising.owner))
    for delivery in Delivery.objects.filter(state=State.NEEDS_YOU):
        manual_actions.say_it_is_not(delivery, by=Caller.of(practising.owner))
    run(practising)
    assert sorted(post["platform"] for post in practising.box.feed()) == sorted(PLATFORMS * 2)


def test_two_watches_with_the_same_picture_for_one_channel_send_it_once(practising: House, tmp_path: Path) -> None:
    facebook = practising.channels["facebook"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    practising.watch("One", channels=[facebook])
    practising.watch("Two", channels=[facebook], place=str(elsewhere))
    pictures.saved(practising.folder / "one.jpg", SIGHT, quality=95)
    pictures.saved(elsewhere / "one.jpg", SIGHT, quality=95)
    run(practising)
    assert len(practising.box.feed()) == 1
    assert len(held(practising)) == 1


def test_the_second_of_two_drafts_says_so(practising: House) -> None:
    practising.watch(approval="ask")
    saved_again(practising.folder, SIGHT)
    run(practising)
    assert set(held(practising)) == {None, SameWaits()}


def test_two_pictures_that_differ_both_go_out(practising: House) -> None:
    practising.watch()
    pictures.saved(practising.folder / "one.jpg", SIGHT, quality=95)
    pictures.saved(practising.folder / "two.jpg", photo(8, 640, 640), quality=95)
    run(practising)
    assert len(practising.box.feed()) == 6
    assert held(practising) == []
