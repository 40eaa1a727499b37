"""Bytes and their rows: whatever a worker that is killed, or two that meet, leave behind, it heals by itself."""

from __future__ import annotations

import datetime as dt
import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import RestrictedError
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from media import blobs, doctor, renditions, sweeping
from media.images import THUMBNAIL, Recipe
from media.models import Asset, Blob
from media.origins import original
from media.reasons import BytesMissing, NobodyHasIt, NothingToShow, OnlyCopyMissing
from media.storage import Missing
from poster import clock
from poster.errors import Refused, Unavailable
from tests import factories, pictures
from tests.clocks import Clock
from tests.held import files, hold, where
from tests.security.conftest import signed_in

FEED = Recipe(max_width=200, max_height=200)
STORY = Recipe(max_width=100, max_height=200, min_ratio=0.5, max_ratio=0.6)


@pytest.fixture
def ann(db: None, settings, tmp_path: Path) -> User:
    settings.SPOOL, settings.VAR = tmp_path / "spool", tmp_path
    return factories.person("Ann")


@pytest.fixture
def asset(ann: User, tmp_path: Path) -> Asset:
    """Uploaded, with its bytes."""
    made = factories.asset(ann, origin="uploaded")
    hold(made, pictures.saved(tmp_path / "a.jpg", pictures.four_corners(400, 300)).read_bytes())
    return made


def laid(asset: Asset, content: bytes = b"made", purpose: str = "rendition") -> Blob:
    """What a worker has laid down and not kept yet."""
    with blobs.scratch(asset.pk) as folder:
        (folder / "made").write_bytes(content)
        columns = {"sha256": "1" * 64, "mime": "image/jpeg", "recipe": "x"}
        return blobs.lay(folder / "made", Blob(owner=asset.owner, asset=asset, purpose=purpose, **columns))


def bytes_lie_as_rows_say() -> bool:
    return sorted(Blob.objects.values_list("key", flat=True)) == [file.name for file in files()]


# --- made once, for whoever asks


def test_each_recipe_is_made_once_and_shared(asset: Asset) -> None:
    feed, story = renditions.made(asset, [FEED, STORY])
    again, once_more = renditions.made(asset, [STORY, FEED])
    assert (again.key, once_more.key) == (story.key, feed.key)
    assert Blob.objects.filter(purpose="rendition").count() == 2
    assert all(blobs.is_whole(blob) and blob.size == where(blob).stat().st_size for blob in (feed, story))
    assert (feed.facts["width"], feed.facts["height"], feed.mime) == (200, 150, "image/jpeg")


def test_a_recipe_is_another_when_anything_of_it_is() -> None:
    others = [
        replace(FEED, max_width=201),
        replace(FEED, fit="crop"),
        replace(FEED, max_bytes=1000),
        replace(FEED, background="#ffffff"),
        replace(FEED, format="PNG"),
    ]
    names = {renditions.digest(recipe, "") for recipe in (FEED, *others)} | {renditions.digest(FEED, "a mark")}
    assert len(names) == 7
    assert renditions.digest(replace(FEED), "") == renditions.digest(FEED, "")


def test_two_people_with_one_picture_hold_it_twice(asset: Asset) -> None:
    bob = factories.asset(factories.person("Bob"), sha256=asset.sha256)
    with original(asset) as path:
        hold(bob, path.read_bytes())
    [mine], [theirs] = renditions.made(asset, [FEED]), renditions.made(bob, [FEED])
    assert mine.sha256 == theirs.sha256
    blobs.drop(Blob.objects.filter(owner=asset.owner))
    assert where(theirs).exists()
    assert not where(mine).exists()


# --- killed between a file and its row


def test_killed_between_writing_the_file_and_the_row_it_is_made_and_the_leftover_swept(
    asset: Asset, the_clock: Clock
) -> None:
    leftover = laid(asset)
    [kept] = renditions.made(asset, [FEED])
    assert sweeping.sweep() == 0  # its row may still be about to be written
    the_clock.pass_by(hours=25)
    assert sweeping.sweep() == 1
    assert not where(leftover).exists()
    assert where(kept).exists()
    assert bytes_lie_as_rows_say()


def test_killed_between_deleting_the_file_and_the_row_it_is_made_again_for_whoever_asks(asset: Asset) -> None:
    [before] = renditions.made(asset, [FEED])
    blobs.storage().delete(before.key)
    [after] = renditions.made(asset, [FEED])
    assert (after.pk, after.sha256) == (before.pk, before.sha256)
    assert after.key != before.key
    assert bytes_lie_as_rows_say()


def test_killed_between_deleting_the_file_and_the_row_where_nobody_asks_the_row_goes(asset: Asset) -> None:
    [gone] = renditions.made(asset, [FEED])
    blobs.storage().delete(gone.key)
    assert sweeping.sweep() == 1
    assert not Blob.objects.filter(pk=gone.pk).exists()
    assert bytes_lie_as_rows_say()


def test_killed_while_making_it_leaves_a_folder_for_a_day(asset: Asset, settings, the_clock: Clock) -> None:
    folder = Path(settings.VAR) / "scratch" / f"{asset.pk}-abandoned"
    folder.mkdir(parents=True)
    (folder / "half.123.part").write_bytes(b"half")
    assert sweeping.sweep() == 0
    the_clock.pass_by(hours=25)
    assert sweeping.sweep() == 1
    assert list(folder.parent.iterdir()) == []


def test_what_others_have_put_into_the_folder_is_theirs(asset: Asset, settings, the_clock: Clock) -> None:
    theirs = Path(settings.SPOOL) / "read me first!"
    theirs.write_text("This is no key of ours.")
    os.utime(theirs, (0, 0))
    the_clock.pass_by(hours=25)
    assert sweeping.sweep() == 0
    assert theirs.exists()


# --- two that meet


def test_of_two_who_make_the_same_the_first_stays_and_the_others_file_goes(asset: Asset) -> None:
    one, other = laid(asset), laid(asset)
    kept = blobs.keep(one)
    assert blobs.keep(other).key == kept.key == one.key
    assert (where(one).exists(), where(other).exists()) == (True, False)
    assert bytes_lie_as_rows_say()


def test_of_two_who_heal_the_same_loss_the_first_stays(asset: Asset) -> None:
    lost = blobs.keep(laid(asset))
    blobs.storage().delete(lost.key)
    one, other = laid(asset), laid(asset)
    assert blobs.keep(one, lost).key == one.key
    assert blobs.keep(other, lost).key == one.key
    assert (where(one).exists(), where(other).exists()) == (True, False)
    assert bytes_lie_as_rows_say()


def test_who_deletes_what_was_replaced_meanwhile_deletes_only_what_they_saw(asset: Asset) -> None:
    seen = blobs.keep(laid(asset))
    newer = blobs.keep(laid(asset), seen)
    assert blobs.drop([seen]) == 0
    assert (where(seen).exists(), where(newer).exists()) == (False, True)
    assert bytes_lie_as_rows_say()


def test_who_is_late_with_the_bytes_of_an_asset_that_is_gone_leaves_none(transactional_db, asset: Asset) -> None:
    late = laid(asset)
    blobs.forget(asset.pk)
    assert not where(late).exists()
    late = laid(asset)
    Asset.objects.all().delete()
    with pytest.raises(Unavailable):
        blobs.keep(late)
    assert files() == []


def test_a_transaction_that_does_not_come_about_replaces_nothing(asset: Asset, the_clock: Clock) -> None:
    before = blobs.keep(laid(asset))
    ours = laid(asset, b"other")
    with transaction.atomic():
        displaced = blobs.replace([ours])
        transaction.set_rollback(True)
    assert displaced == [(before.place, before.key)]
    assert Blob.objects.get(pk=before.pk).key == before.key
    the_clock.pass_by(hours=25)
    assert sweeping.sweep() == 1
    assert (where(before).exists(), where(ours).exists()) == (True, False)


def test_what_is_replaced_in_a_transaction_is_deleted_after_it(asset: Asset) -> None:
    before = blobs.keep(laid(asset))
    ours = laid(asset, b"other")
    with transaction.atomic():
        displaced = blobs.replace([ours])
    assert where(before).exists()
    blobs.delete(displaced)
    assert Blob.objects.get(pk=before.pk).size == len(b"other")
    assert bytes_lie_as_rows_say()


# --- lost, and never gone


def test_an_upload_whose_file_is_away_waits_and_is_not_given_up(asset: Asset) -> None:
    blob = Blob.objects.get(asset=asset)
    away = where(blob).rename(where(blob).with_name("away"))
    with pytest.raises(Unavailable) as told, original(asset):
        pytest.fail("it is not there")
    assert told.value.reason == OnlyCopyMissing(name=asset.name)
    assert sweeping.sweep() == 0
    assert [finding.level for finding in doctor.files(offline=True)] == ["problem"]
    away.rename(where(blob))
    assert [finding.level for finding in doctor.files(offline=True)] == ["ok"]
    with original(asset) as path:
        assert path.stat().st_size == blob.size


def test_what_nobody_holds_and_nobody_can_bring_is_asked_for_once_more(ann: User) -> None:
    asset = factories.asset(ann, origin="uploaded")
    with pytest.raises(Refused) as told, original(asset):
        pytest.fail("it is not there")
    assert told.value.reason == NobodyHasIt(name=asset.name)


def test_a_file_that_vanishes_while_it_is_read_is_for_now(asset: Asset) -> None:
    blob = Blob.objects.get(asset=asset)
    blobs.storage().delete(blob.key)
    with pytest.raises(Missing) as told:
        blobs.storage(blob.place).read(blob.key, 0, 10)
    assert told.value.reason == BytesMissing()


def test_a_damaged_file_is_not_taken_for_what_its_row_says(asset: Asset) -> None:
    blob = Blob.objects.get(asset=asset)
    assert blobs.is_whole(blob)
    where(blob).write_bytes(b"x")
    assert not blobs.is_whole(blob)
    where(blob).unlink()
    assert not blobs.is_whole(blob)


# --- taken out


def test_an_asset_cannot_be_taken_out_and_leave_its_bytes(asset: Asset) -> None:
    with pytest.raises(RestrictedError):
        asset.delete()
    blobs.forget(asset.pk)
    asset.delete()
    assert files() == []


def test_all_of_an_asset_goes_also_what_killed_workers_left(asset: Asset, settings) -> None:
    laid(asset)
    folder = Path(settings.VAR) / "scratch" / f"{asset.pk}-abandoned"
    folder.mkdir(parents=True)
    other = hold(factories.asset(asset.owner))
    blobs.forget(asset.pk)
    assert [file.name for file in files()] == [other.key]
    assert not folder.exists()


def test_what_cannot_be_deleted_keeps_its_row_and_no_other_from_going(asset: Asset) -> None:
    stuck = hold(asset, purpose="thumbnail")
    where(stuck).unlink()
    where(stuck).mkdir()
    with pytest.raises(Unavailable):
        blobs.drop(Blob.objects.filter(asset=asset))
    assert list(Blob.objects.values_list("key", flat=True)) == [stuck.key]
    assert [file.name for file in files()] == [stuck.key]


# --- looked at


@pytest.mark.parametrize(("state", "mime"), [("there", "image/jpeg"), ("lost", "image/png"), ("none", "image/png")])
def test_a_page_shows_the_thumbnail_or_what_is_kept_of_it(asset: Asset, state: str, mime: str) -> None:
    if state != "none":
        [blob] = renditions.made(asset, [THUMBNAIL], Blob.Purpose.THUMBNAIL)
        if state == "lost":
            where(blob).unlink()
    client: Client = signed_in(asset.owner)
    answer = client.get(reverse("thumbnail", args=[asset.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, mime)
    answer.close()


def test_held_are_those_of_which_bytes_of_that_kind_are_here(asset: Asset) -> None:
    factories.asset(asset.owner)
    hold(dropped := factories.asset(asset.owner), purpose="thumbnail")
    assert set(Asset.objects.held()) == {asset, dropped}
    assert list(Asset.objects.held("original", "for_model")) == [asset]
    assert clock.now() - dt.timedelta(minutes=1) < Blob.objects.latest("created_at").created_at


def test_a_larger_copy_is_made_of_what_is_here_and_not_kept(asset: Asset) -> None:
    client: Client = signed_in(asset.owner)
    where_it_is, before = reverse("large", args=[asset.pk]), Blob.objects.count()
    answer = client.get(where_it_is)
    with Image.open(io.BytesIO(answer.content)) as made:
        assert (made.format, max(made.size) <= 1024) == ("JPEG", True)
    again = client.get(where_it_is, HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (again.status_code, Blob.objects.count()) == (304, before)


def test_where_nothing_is_held_a_larger_copy_is_looked_for_elsewhere(asset: Asset) -> None:
    blobs.drop(Blob.objects.filter(asset=asset))
    answer = signed_in(asset.owner).get(reverse("large", args=[asset.pk]))
    assert answer.json()["code"] == NothingToShow.code
