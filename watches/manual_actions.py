"""What a person says about a picture that waits for them."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from poster import clock
from poster.permissions import Caller, NotPossible, Scope, require_owner
from watches.models import Asset, Caption


def post_it(asset: Asset, *, by: Caller) -> None:
    """A picture that was there before, or came with new content, goes on its way after all."""
    require_owner(asset, by, Scope.PUBLISH)
    with transaction.atomic():
        _make_room(asset)
        _move(asset, [Asset.State.RECORDED, Asset.State.HELD], state=Asset.State.FOUND)


def _make_room(asset: Asset) -> None:
    """The same picture, that was taken away before this one came, is not the one that stays."""
    twins = Asset.objects.filter(watch=asset.watch_id, sha256=asset.sha256, state=Asset.State.READY)
    if asset.watch_id and asset.sha256:
        twins.exclude(pk=asset.pk).exclude(gone_at=None).update(
            state=Asset.State.GONE, reason="It was taken away. The same picture came back later."
        )


def try_again(asset: Asset, *, by: Caller) -> None:
    """What could not be read, or stopped our reader, is fetched and looked at once more."""
    require_owner(asset, by, Scope.DRAFT)
    if asset.watch_id is None:
        raise NotPossible("Its watch was removed, so it cannot be fetched any more. Upload the picture instead.")
    _move(asset, [Asset.State.SKIPPED], state=Asset.State.FOUND)


def put_aside(asset: Asset, *, by: Caller) -> None:
    """A failure that somebody has seen: it is kept with its reason, and is not counted as wrong any more."""
    require_owner(asset, by, Scope.DRAFT)
    _change(asset, Asset.State.SKIPPED, Asset.State.ASIDE)


def take_back(asset: Asset, *, by: Caller) -> None:
    """It counts again, and may be tried again."""
    require_owner(asset, by, Scope.DRAFT)
    _change(asset, Asset.State.ASIDE, Asset.State.SKIPPED)


def _change(asset: Asset, before: Asset.State, after: Asset.State) -> None:
    if not Asset.objects.filter(pk=asset.pk, state=before).update(state=after):
        raise NotPossible("It has moved on in the meantime. Load the page again.")
    asset.refresh_from_db()


def ask_again(asset: Asset, *, by: Caller) -> None:
    """The captioner gets another chance."""
    require_owner(asset, by, Scope.DRAFT)
    _move(asset, [Asset.State.WORDLESS], state=_before_words(asset))


def write_words(asset: Asset, *, text: str, alt_text: str = "", by: Caller) -> Caption:
    """The person writes the caption themselves."""
    require_owner(asset, by, Scope.DRAFT)
    if not text.strip():
        raise NotPossible("Write a few words first.")
    try:
        with transaction.atomic():
            _move(asset, [Asset.State.WORDLESS, Asset.State.READY], state=_before_words(asset))
            return Caption.objects.create(asset=asset, text=text.strip(), alt_text=alt_text.strip(), captioner="person")
    except IntegrityError as error:
        raise NotPossible("It has a caption by now. Reword the post instead.") from error


def _before_words(asset: Asset) -> Asset.State:
    return Asset.State.READY if asset.sha256 else Asset.State.FOUND


def _move(asset: Asset, states: list[Asset.State], **values: Any) -> None:  # noqa: ANN401
    rows = Asset.objects.filter(pk=asset.pk, state__in=states)
    try:
        with transaction.atomic():
            moved = rows.update(reason="", tries=0, deaths=0, next_at=clock.now(), leased_until=None, **values)
    except IntegrityError as error:
        raise NotPossible("The very same picture is in this watch already, so this one is not needed.") from error
    if not moved:
        raise NotPossible("It has moved on in the meantime. Load the page again.")
    asset.refresh_from_db()
