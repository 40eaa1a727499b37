"""The small copy of a found picture: kept when its owner wants it, and then no longer than they do."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from urllib.parse import unquote

import pytest
from django.urls import reverse

from accounts.models import User
from media.models import Asset, Blob
from media.reasons import GoneFromChannel, SmallCopy
from operations.privacy import erasure, export
from operations.privacy.retention import retire
from poster import clock
from poster.permissions import Caller
from publishing import retention
from publishing.delivery import cleanup
from publishing.models import Delivery, Post
from publishing.posts import deletion
from publishing.tasks import round as minute
from tests import factories
from tests.held import files, hold
from tests.house import House
from tests.publishing.test_questions import scans
from tests.security.conftest import signed_in
from watches import limits
from watches.models import FoundFile

Purpose = Blob.Purpose
EACH = (Purpose.ORIGINAL, Purpose.FOR_MODEL, Purpose.THUMBNAIL, Purpose.RENDITION)


@pytest.fixture
def ann(db: None, settings: Any, tmp_path: Any) -> User:
    settings.SPOOL, settings.VAR = tmp_path / "spool", tmp_path
    person = factories.person("Ann")
    wants(person, True)
    return person


def wants(person: User, yes: bool) -> None:
    User.objects.filter(pk=person.pk).update(keep_small_copies=yes)


def sent(person: User, state: str = "published") -> Asset:
    """A picture that was found, of which everything is here, and its post."""
    page = factories.channel(person)
    asset = factories.asset(person, watched_by=factories.watch(person, page))
    for purpose in EACH:
        hold(asset, purpose=purpose)
    factories.delivery(factories.post(person, page, picture=asset), page, state)
    return asset


def purposes(asset: Asset) -> set[str]:
    return set(Blob.objects.filter(asset=asset).values_list("purpose", flat=True))


def test_of_what_is_through_the_small_copy_stays_and_is_looked_at_no_more(ann: User) -> None:
    asset, waits = sent(ann), sent(ann, "queued")
    assert cleanup.drop_finished() == 1
    assert (purposes(asset), purposes(waits)) == ({Purpose.THUMBNAIL}, set(EACH))
    assert len(files(asset.pk)) == 1
    assert cleanup.drop_finished() == 0
    assert scans(cleanup.drop_finished) == scans(cleanup.drop_small_copies) == []


def test_of_a_post_that_was_given_up_it_stays_as_well(ann: User) -> None:
    asset = sent(ann, "cancelled")
    Post.objects.update(state=Post.State.DISCARDED)
    minute()
    assert purposes(asset) == {Purpose.THUMBNAIL}


def test_of_a_file_that_was_taken_away_before_its_post_nothing_stays(ann: User) -> None:
    asset = factories.asset(ann, watched_by=factories.watch(ann))
    hold(asset, purpose=Purpose.THUMBNAIL)
    FoundFile.objects.update(gone_at=clock.now())
    minute()
    assert purposes(asset) == set()


def test_switched_off_a_round_drops_what_is_kept_of_this_person_alone(ann: User) -> None:
    bob = factories.person("Bob")
    wants(bob, True)
    mine, waits, theirs = sent(ann), sent(ann, "queued"), sent(bob)
    retire()
    wants(ann, False)
    gone = retire()
    assert (gone["small_copies"], gone["pictures"]) == (1, 0)
    assert (purposes(mine), purposes(waits), purposes(theirs)) == (set(), set(EACH), {Purpose.THUMBNAIL})
    wants(bob, False)
    minute()
    assert files(theirs.pk) == []


def test_what_is_in_a_post_that_waits_keeps_what_that_needs(ann: User) -> None:
    asset = sent(ann)
    draft = factories.post(ann, factories.channel(ann), picture=asset, file=None)
    wants(ann, False)
    assert (retention.small_copies(), purposes(asset)) == (0, set(EACH))
    Post.objects.filter(pk=draft.pk).update(state=Post.State.DISCARDED)
    assert (retention.pictures(), purposes(asset)) == (1, set())


def test_what_was_uploaded_stays_as_ever(ann: User) -> None:
    asset = sent(ann)
    Asset.objects.update(origin="uploaded")
    kept = set(EACH) - {Purpose.RENDITION}
    for yes in (True, False):
        wants(ann, yes)
        retire()
        assert purposes(asset) == kept


def test_it_goes_with_the_record_of_its_last_post(ann: User) -> None:
    asset = sent(ann)
    other = factories.post(ann, factories.channel(ann), picture=asset, file=None, state=Post.State.DISCARDED)
    retire()
    first = Post.objects.exclude(pk=other.pk).get()
    deletion.remove_post(first, by=Caller.of(ann))
    assert purposes(asset) == {Purpose.THUMBNAIL}
    deletion.remove_post(other, by=Caller.of(ann))
    assert (files(asset.pk), Asset.objects.count(), Blob.objects.count()) == ([], 0, 0)


def test_it_counts_as_held_and_is_in_the_copy_of_ones_data(ann: User) -> None:
    asset = sent(ann)
    retire()
    assert limits.held_bytes(ann.pk) == len(b"bytes")
    with zipfile.ZipFile(io.BytesIO(b"".join(export.stream(ann, by=Caller.of(ann))))) as copy:
        assert copy.read(f"media/small-{asset.pk}.jpg") == b"bytes"
        [row] = json.loads(copy.read("data/stored_files.json"))
        [account] = json.loads(copy.read("data/account.json"))
    assert (row["purpose"], account["keep_small_copies"]) == (Purpose.THUMBNAIL, True)


def test_where_the_original_is_here_the_copy_has_that(ann: User) -> None:
    asset = sent(ann, "queued")
    with zipfile.ZipFile(io.BytesIO(b"".join(export.stream(ann, by=Caller.of(ann))))) as copy:
        names = {name for name in copy.namelist() if str(asset.pk) in name}
    assert names == {f"media/{asset.pk}.jpg"}


@pytest.mark.django_db(transaction=True)
def test_it_goes_with_its_person(ann: User) -> None:
    asset = sent(ann)
    retire()
    assert erasure.carry_on(ann, by=Caller.of(ann)).done
    assert (files(asset.pk), Blob.objects.count()) == ([], 0)


# --- seen


@pytest.fixture
def posted(house: House) -> Asset:
    """On a Page; of the picture there is the small copy here, and no source any more."""
    wants(house.owner, True)
    house.connect()
    [delivery] = house.approved("Bread.", house.channels["facebook"])
    house.settle(delivery)
    asset = delivery.post.assets.get()
    for purpose in EACH[:3]:
        hold(asset, purpose=purpose)
    retention.pictures()
    assert purposes(asset) == {Purpose.THUMBNAIL}
    return asset


def look(asset: Asset) -> Any:
    return signed_in(asset.owner).get(reverse("seen", args=[asset.pk]))


@pytest.mark.slow
def test_who_has_the_picture_is_asked_first(house: House, posted: Asset) -> None:
    answer = look(posted)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert "Shown-Instead" not in answer


@pytest.mark.slow
def test_when_nobody_has_it_the_small_copy_stands_there_and_says_so(house: House, posted: Asset) -> None:
    Delivery.objects.update(remote_id="1_2")
    answer = look(posted)
    assert (answer.status_code, answer["Cache-Control"]) == (204, "private, max-age=3600")
    assert unquote(answer["Shown-Instead"]) == f"{SmallCopy()} {GoneFromChannel()}"
    shown = signed_in(posted.owner).get(reverse("thumbnail", args=[posted.pk]))
    assert shown["Content-Type"] == "image/jpeg"
    shown.getvalue()


@pytest.mark.slow
def test_while_a_post_needs_it_nobody_is_asked(house: House, posted: Asset) -> None:
    factories.post(house.owner, house.channels["facebook"], picture=posted)
    asked = len(house.box.calls())
    answer = look(posted)
    assert (answer.status_code, answer.headers.get("Shown-Instead"), len(house.box.calls())) == (204, None, asked)
