"""Pictures that come from a browser, in pieces: what has come stays, and nothing comes twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from media import blobs, deletion, uploads
from media.models import Asset, Blob, Upload
from media.reasons import (
    Empty,
    InPosts,
    LibraryFull,
    NoPicture,
    NotUploaded,
    PartMissing,
    TooManyMegabytes,
    UploadOver,
)
from poster.permissions import Caller, NotPossible
from poster.reasons.permissions import NotYours
from publishing.models import Post, PostAsset
from tests import factories, pictures
from tests.clocks import Clock

Purpose = Blob.Purpose


@pytest.fixture
def ann(db: None, settings: Any, tmp_path: Path) -> User:
    settings.SPOOL, settings.VAR = tmp_path / "spool", tmp_path
    return factories.person("Ann")


@pytest.fixture
def bytes_(tmp_path: Path) -> bytes:
    """An ordinary picture of a phone."""
    return pictures.photo(tmp_path / "phone.jpg", 400, 300, exif=pictures.exif_of()).read_bytes()


@pytest.fixture
def sent(ann: User) -> Callable[..., uploads.Come]:
    """Whole files of Ann's, as her browser sends them."""

    def send(content: bytes, name: str = "bread.jpg", piece: int = 1000) -> uploads.Come:
        by = Caller.of(ann)
        mark = hashlib.sha256(content + name.encode()).hexdigest()
        upload = uploads.begin(ann, name=name, size=len(content), mark=mark, by=by)
        while True:
            at = upload.received
            if come := uploads.put(upload, content[at : at + piece], at=at, by=by):
                return come

    return send


def purposes(asset: Asset) -> set[str]:
    return set(Blob.objects.filter(asset=asset).values_list("purpose", flat=True))


def test_a_picture_comes_in_pieces_and_is_kept_without_its_place(sent, bytes_: bytes) -> None:
    come = sent(bytes_)
    asset = come.asset
    assert (come.again, asset.is_uploaded, asset.width, asset.height) == (False, True, 400, 300)
    assert purposes(asset) == {Purpose.ORIGINAL, Purpose.FOR_MODEL, Purpose.THUMBNAIL}
    original = Blob.objects.get(asset=asset, purpose=Purpose.ORIGINAL)
    with blobs.storage(original.place).open(original.key) as file:
        kept = file.read()
    assert hashlib.sha256(kept).hexdigest() == asset.sha256 == original.sha256
    assert asset.size == len(kept)
    assert b"Erika" in bytes_
    assert b"Erika" not in kept
    assert not Upload.objects.exists()
    assert not list(uploads._folder().iterdir())


def test_the_same_file_again_is_the_one_that_is_there(sent, bytes_: bytes) -> None:
    first, second = sent(bytes_), sent(bytes_, name="copy of bread.jpg")
    assert (second.again, second.asset.pk) == (True, first.asset.pk)
    assert Asset.objects.count() == 1
    assert Blob.objects.count() == 3
    assert len(list(settings.SPOOL.rglob("*-*"))) == 3


def test_another_tab_goes_on_where_one_has_ended(ann: User, bytes_: bytes) -> None:
    by = Caller.of(ann)
    told: dict[str, Any] = {"name": "bread.jpg", "size": len(bytes_), "mark": "m"}
    first = uploads.begin(ann, **told, by=by)
    assert uploads.put(first, bytes_[:700], at=0, by=by) is None
    second = uploads.begin(ann, **told, by=by)
    assert (second.pk, second.received) == (first.pk, 700)
    assert uploads.put(second, bytes_[:500], at=0, by=by) is None  # a piece that comes twice
    assert uploads.put(second, bytes_[900:], at=900, by=by) is None  # one that comes too early
    assert second.received == 700
    assert uploads.put(second, bytes_[700:], at=700, by=by)


def test_two_tabs_that_end_it_together_have_one_picture(ann: User, bytes_: bytes) -> None:
    by = Caller.of(ann)
    told: dict[str, Any] = {"name": "bread.jpg", "size": len(bytes_), "mark": "m"}
    one, other = uploads.begin(ann, **told, by=by), uploads.begin(ann, **told, by=by)
    come = uploads.put(one, bytes_, at=0, by=by)
    again = uploads.put(other, bytes_, at=0, by=by)
    assert come
    assert again
    assert come.asset.pk == again.asset.pk
    assert Asset.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"%PDF-1.7 a document", NoPicture), (b"just words, no picture at all", NoPicture)],
)
def test_what_is_no_picture_is_refused_and_gone(sent, content: bytes, reason: type) -> None:
    with pytest.raises(NotPossible) as refused:
        sent(content, "letter.jpg")
    assert isinstance(refused.value.reason, reason)
    assert not Upload.objects.exists()
    assert not Asset.objects.exists()


def test_what_was_cut_off_is_refused(sent, bytes_: bytes) -> None:
    with pytest.raises(NotPossible) as refused:
        sent(bytes_[: len(bytes_) // 2])
    assert isinstance(refused.value.reason, PartMissing)
    assert not Asset.objects.exists()


def test_what_would_not_be_taken_is_refused_before_it_is_sent(ann: User, settings: Any) -> None:
    by = Caller.of(ann)
    for size, reason in ((0, Empty), (uploads.MOST_BYTES + 1, TooManyMegabytes)):
        with pytest.raises(NotPossible) as refused:
            uploads.begin(ann, name="a.jpg", size=size, mark="m", by=by)
        assert isinstance(refused.value.reason, reason)
    settings.PRACTICE = False
    User.objects.filter(pk=ann.pk).update(most_held_mb=1)
    ann.refresh_from_db()
    with pytest.raises(NotPossible) as full:
        uploads.begin(ann, name="a.jpg", size=2 * uploads.MB, mark="m", by=by)
    assert isinstance(full.value.reason, LibraryFull)
    assert not Upload.objects.exists()


def test_what_nobody_went_on_with_goes_after_a_day(ann: User, bytes_: bytes, the_clock: Clock) -> None:
    by = Caller.of(ann)
    upload = uploads.begin(ann, name="a.jpg", size=len(bytes_), mark="m", by=by)
    uploads.put(upload, bytes_[:100], at=0, by=by)
    stray = uploads._folder() / "a stray"
    stray.write_bytes(b"x")
    assert uploads.clear_away() == 1
    assert Upload.objects.exists()
    the_clock.pass_by(days=1, minutes=1)
    assert uploads.clear_away() == 1
    assert not Upload.objects.exists()
    assert not list(uploads._folder().iterdir())


def test_a_picture_of_the_library_is_deleted_unless_a_post_has_it(sent, ann: User, bytes_: bytes) -> None:
    asset, by = sent(bytes_).asset, Caller.of(ann)
    item = PostAsset.objects.create(post=Post.objects.create(owner=ann, text="With it."), asset=asset)
    with pytest.raises(NotPossible) as used:
        deletion.delete(asset, by=by)
    assert used.value.reason == InPosts(many=1)
    assert purposes(asset) >= {Purpose.ORIGINAL}
    item.delete()
    deletion.delete(asset, by=by)
    assert not Asset.objects.exists()
    assert not Blob.objects.exists()
    assert not [each for each in settings.SPOOL.rglob("*") if each.is_file()]


def test_what_a_source_found_is_not_deleted_here(ann: User) -> None:
    with pytest.raises(NotPossible) as refused:
        deletion.delete(factories.asset(ann, origin="found"), by=Caller.of(ann))
    assert refused.value.reason == NotUploaded()


def test_a_stranger_can_do_nothing_with_it(ann: User, bytes_: bytes) -> None:
    bob = factories.person("Bob")
    upload = uploads.begin(ann, name="a.jpg", size=len(bytes_), mark="m", by=Caller.of(ann))
    with pytest.raises(NotPossible) as over:
        uploads.of(bob, upload.pk)
    assert over.value.reason == UploadOver()
    for act in (
        lambda: uploads.put(upload, bytes_, at=0, by=Caller.of(bob)),
        lambda: uploads.cancel(upload, by=Caller.of(bob)),
        lambda: uploads.begin(ann, name="a.jpg", size=9, mark="n", by=Caller.of(bob)),
    ):
        with pytest.raises(NotPossible) as refused:
            act()
        assert refused.value.reason == NotYours()


# --- as a browser speaks


@pytest.fixture
def browser(ann: User) -> Client:
    client = Client()
    client.force_login(ann)
    return client


def piece(browser: Client, key: str, at: int, content: bytes) -> tuple[int, dict]:
    answer = browser.post(reverse("upload_piece", args=[key, at]), content, content_type="application/octet-stream")
    return answer.status_code, answer.json()


def test_the_addresses_tell_where_to_go_on_and_what_came_of_it(browser: Client, bytes_: bytes) -> None:
    told = browser.post(reverse("upload_begin"), {"name": "a.jpg", "size": len(bytes_), "mark": "m"}).json()
    assert (told["at"], told["piece"]) == (0, uploads.PIECE)
    assert piece(browser, told["upload"], 0, bytes_[:500]) == (200, {"at": 500})
    status, come = piece(browser, told["upload"], 500, bytes_[500:])
    assert (status, come["again"], come["width"]) == (200, False, 400)
    shown = browser.get(come["thumbnail"])
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    shown.getvalue()
    status, over = piece(browser, told["upload"], 0, bytes_)
    assert (status, over["code"]) == (404, UploadOver.code)


def test_what_is_refused_has_its_code(browser: Client) -> None:
    for size in ("0", "", "-1", "x", "9" * 30):
        answer = browser.post(reverse("upload_begin"), {"name": "a.jpg", "size": size, "mark": "m"})
        assert (answer.status_code, answer.json()["code"]) == (422, Empty.code)


def test_cancelled_is_cancelled(browser: Client, bytes_: bytes) -> None:
    told = browser.post(reverse("upload_begin"), {"name": "a.jpg", "size": len(bytes_), "mark": "m"}).json()
    piece(browser, told["upload"], 0, bytes_[:500])
    assert browser.post(reverse("upload_cancel", args=[told["upload"]])).status_code == 200
    assert not Upload.objects.exists()
    assert browser.post(reverse("upload_cancel", args=[told["upload"]])).json()["code"] == UploadOver.code


def test_nobody_sends_without_a_session(bytes_: bytes, ann: User) -> None:
    client = Client()
    assert client.post(reverse("upload_begin"), {"name": "a.jpg", "size": 9, "mark": "m"}).status_code == 302
    client = Client(enforce_csrf_checks=True)
    client.force_login(ann)
    assert client.post(reverse("upload_begin"), {"name": "a.jpg", "size": 9, "mark": "m"}).status_code == 403
    assert not Upload.objects.exists()
